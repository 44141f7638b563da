// test_cards.mjs - the identity card: all the way to My cases, and every page on it.
import { accessible, check, close, equal, fits, languages, person, shot, test, world } from "./desk.mjs";

// Somebody with a card in the reader (a file of world.cards), or with none.
async function withCard(card, options = {}) {
  const page = await person(null, {
    ignoreHTTPSErrors: true, ...options,
    clientCertificates: card ? [{ origin: world.cards.reader, certPath: world.cards[card],
      keyPath: world.cards[card].replace(/crt$/, "key") }] : undefined });
  page.elsewhere = "https://127.0.0.";
  return page;
}

for (const scripts of [false, true])
  test(`an identity card leads to My cases, and out again (${scripts ? "with" : "without"} scripts)`, async () => {
    const page = await withCard("card", { locale: "en", javaScriptEnabled: scripts });
    await page.goto(`${world.cards.base}/link`);
    await page.click("main a[href='/card']");
    check(page.url() === `${world.cards.base}/card`, page.url());
    await page.click("main a.button");
    check(page.url().startsWith(`${world.cards.base}/card/in/`), page.url());
    await page.click("main button");
    check(page.url() === `${world.cards.base}/mine`, page.url());
    await page.goto(`${world.cards.base}/sessions`);
    check((await page.textContent("main")).includes("elektronische identiteitskaart"),
      "the way is not said");
    equal((await page.context().cookies()).map(c => [c.name, c.httpOnly, c.secure, c.sameSite]).sort(), [
      ["__Host-persocontact", true, true, "Strict"],
      ["__Host-persocontact-card", true, true, "Strict"]], "the cookies");
    await page.click("header form button");
    check((await page.goto(`${world.cards.base}/mine`)).status() === 404, "still signed in");
    await close(page);
  });

for (const language of languages)
  test(`the pages on the identity card in ${language}: axe, a phone, each scheme`, async () => {
    const colorScheme = language === "fr" || language === "en" ? "dark" : "light";
    for (const [card, name] of [["card", "in"], [null, "none"], ...(language === "nl" ? [["old", "old"]] : [])]) {
      const page = await withCard(card, { locale: language, javaScriptEnabled: true, colorScheme,
        viewport: { width: 320, height: 640 } });
      const look = async where => {
        check(await page.getAttribute("html", "lang") === language, `${where} is not in ${language}`);
        await accessible(page, `${where} in ${language}`);
        await fits(page, where);
        await shot(page, `card-${where}-${language}-${colorScheme}-320`);
      };
      await page.goto(`${world.cards.base}/card`);
      if (card === "card") await look("begin");
      await page.click("main a.button");
      await look(name);
      if (card !== "card") {
        check(page.url().startsWith(`${world.cards.reader}/card/`), page.url());
        await page.click("main a.button"); // to try again
        check(page.url() === `${world.cards.base}/card`, page.url());
      }
      await close(page);
    }
  });

// test_looks.mjs - every page, in every language: axe, widths, schemes.
import { accessible, caseOf, check, close, equal, fits, goto, languages, person, shot, test } from "./desk.mjs";

const numbers = { nl: "1001", fr: "1002", de: "1003", en: "1004" };

function pages(language) {
  const number = numbers[language];
  const answered = caseOf(number, { state: "answered" });
  const incomplete = caseOf(number, { state: "incomplete" });
  return {
    mine: "/mine", open: `/case/${caseOf(number, { state: "open" })}`,
    answered: `/case/${answered}`, incomplete: `/case/${incomplete}`,
    new: "/new", form: "/new/absence-parental", form2: "/new/pay-tax-statement",
    complete: `/case/${incomplete}/complete`, withdraw: `/case/${incomplete}/withdraw`,
    receipt: `/case/${answered}/receipt`, content: "/content", me: "/me", help: "/help",
    manual: "/help/employee", manual2: "/help/dossier-manager", elsewhere: "/elsewhere",
    missing: "/nowhere", ways: "/link",
  };
}

for (const language of languages)
  test(`axe on every page in ${language}`, async () => {
    const page = await person(language, { javaScriptEnabled: true });
    for (const [name, path] of Object.entries(pages(language))) {
      await goto(page, path);
      await accessible(page, `${name} in ${language}`);
      await shot(page, `${name}-${language}-1280`);
    }
    await goto(page, "/new/absence-parental");
    await page.fill("[name=f-start]", "30/2/2027");
    await page.click("form[enctype] button");
    await accessible(page, `mistakes in ${language}`);
    await shot(page, `mistakes-${language}-1280`);
    await close(page);
  });

// axe looks at the dark colours of those pages that have colours of their own.
for (const colorScheme of ["light", "dark"])
  test(`no page is wider than a phone of 320 px, ${colorScheme}`, async () => {
    const page = await person("de", { javaScriptEnabled: true, viewport: { width: 320, height: 640 },
      colorScheme });
    for (const [name, path] of Object.entries(pages("de"))) {
      await goto(page, path);
      await fits(page, name);
      if (["answered", "incomplete", "complete", "manual2"].includes(name))
        await accessible(page, `${name} ${colorScheme}`);
      await shot(page, `${name}-${colorScheme}-320`);
    }
    await close(page);
  });

test("at 400 % nothing has to be scrolled sideways, and all is there", async () => {
  const page = await person("fr", { javaScriptEnabled: true, viewport: { width: 320, height: 256 },
    deviceScaleFactor: 4 });
  for (const [name, path] of Object.entries(pages("fr"))) {
    await goto(page, path);
    await fits(page, name);
  }
  await close(page);
});

test("text of twice its size fits in a window of 1280 px and on a phone", async () => {
  for (const width of [1280, 360]) {
    const page = await person("nl", { javaScriptEnabled: true, viewport: { width, height: 800 } });
    for (const [name, path] of Object.entries(pages("nl"))) {
      await goto(page, path);
      await page.evaluate(() => { document.documentElement.style.setProperty("font-size", "200%"); });
      await fits(page, `${name}, ${width} px`);
    }
    await close(page);
  }
});

test("the receipt prints: without the menu, with the hashes, as a PDF", async () => {
  const page = await person("en", { javaScriptEnabled: true });
  await goto(page, pages("en").receipt);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  check(!await page.isVisible("nav"), "the menu is printed");
  check(await page.isVisible("code"), "no hash is printed");
  equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    "rgb(255, 255, 255)", "paper is white in the dark, too");
  check((await page.pdf()).length > 5000, "no PDF");
  await close(page);
});

test("with less motion asked for, nothing moves; text of people is of its own direction", async () => {
  const page = await person("nl", { javaScriptEnabled: true, reducedMotion: "reduce" });
  await goto(page, pages("nl").answered);
  equal(await page.evaluate(() => document.getAnimations().length), 0, "animations");
  equal(await page.locator(".said:not([dir=auto])").count(), 0, "text without a direction of its own");
  await page.evaluate(() => { document.documentElement.dir = "rtl"; });
  await fits(page, "from right to left");
  await close(page);
});

test("every form, HR's too, on a phone: fits, and axe", async () => {
  const page = await person("hugo", { javaScriptEnabled: true, viewport: { width: 320, height: 640 } });
  await goto(page, "/new");
  const paths = await page.locator(".forms a").evaluateAll(all => all.map(a => a.getAttribute("href")));
  check(paths.length > 25, `forms: ${paths}`);
  for (const path of paths) {
    await goto(page, path);
    await fits(page, path);
    await accessible(page, path);
  }
  await close(page);
});

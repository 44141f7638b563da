// test_flows.mjs - what people do on the pages, with and without scripts.
import fs from "node:fs";
import { accessible, check, close, equal, goto, person, shot, test, world } from "./desk.mjs";

const pdf = { name: "geboorteattest.pdf", mimeType: "application/pdf",
  buffer: Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n") };

function heading(page) {
  return page.locator("h1").first().innerText();
}

async function ask(page, values) {
  await goto(page, "/new");
  await page.click("a[href$='/new/absence-parental']");
  for (const [name, value] of Object.entries(values)) await page.fill(`[name=f-${name}]`, value);
  await page.check("#f-regime");
}

const parental = { child: "Emma Claes", born: "3/10/2026", start: "1/2/2027", end: "31/3/2027" };

for (const javaScriptEnabled of [false, true]) {
  const how = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`a new request: mistakes have the focus, nothing is lost, then it is sent (${how})`, async () => {
    const page = await person("en", { javaScriptEnabled });
    await ask(page, { ...parental, start: "30/2/2027" });
    await page.setInputFiles("[name=d-0]", pdf);
    await page.click("form[enctype] button");
    await page.locator(".mistakes:focus").waitFor({ timeout: 10000 }); // given when the page is drawn
    check((await page.title()).startsWith("That did not work"), await page.title());
    equal(await page.locator(".mistakes a").count(), 1, "mistakes");
    await page.click(".mistakes a");
    equal(await page.locator("#f-start:focus").count(), 1, "the wrong field has the focus");
    equal(await page.inputValue("#f-start"), "30/2/2027", "what was typed");
    equal(await page.inputValue("#f-child"), "Emma Claes", "what was typed");
    check(await page.isChecked("#f-regime"), "the choice is lost");
    check((await page.innerText(".kept")).includes(pdf.name), "the file is lost");
    await page.fill("#f-start", "1/2/2027");
    await page.click("form[enctype] button");
    check(page.url().includes("/case/PC-"), page.url());
    check((await page.innerText("[role=status]")).length > 10, "it is not said that it was sent");
    equal(await page.locator(".documents a").allInnerTexts(), [pdf.name], "documents");
    await close(page);
  });

  test(`a case: write back with a document, the receipt, withdraw (${how})`, async () => {
    const page = await person("en", { javaScriptEnabled });
    await ask(page, parental);
    await page.check("[name=later]");
    await page.click("form[enctype] button");
    const where = page.url().split("?")[0];
    await page.click(".problems .button");
    await page.setInputFiles("[name=d-0]", pdf);
    await page.click("form[enctype] button");
    equal(await page.locator(".problems").count(), 0, "what is missing");
    await page.fill("#text", "One more thing.\n> quoted\n> twice");
    await page.setInputFiles("#files", { ...pdf, name: "extra.pdf" });
    await page.click("form[action$='/write'] button");
    equal(page.url(), where, "back at the case");
    check((await page.innerText("main")).includes("One more thing."), "the message is not there");
    check(!await page.locator("details.quote").first().evaluate(e => e.open), "the quote is not folded");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=extra.pdf")]);
    equal(download.suggestedFilename(), "extra.pdf", "its name");
    equal(fs.readFileSync(await download.path()), pdf.buffer, "its bytes");
    await page.click("a[href$='/receipt']");
    equal(await page.locator(".events li").count(), 3, "messages on the receipt");
    await page.goBack();
    await page.click("a[href$='/withdraw']");
    await page.fill("#why", "Not needed any more");
    await page.click("form[action$='/withdraw'] button");
    check((await page.innerText(".state")).includes("withdrawn"), await page.innerText(".state"));
    await page.fill("#why", "Needed after all");
    await page.click("form[action$='/reopen'] button");
    check(!(await page.innerText(".state")).includes("withdrawn"), "it is not reopened");
    await close(page);
  });

  test(`signing in at an OpenID provider, breaking it off, going on (${how})`, async () => {
    const page = await person(null, { javaScriptEnabled, locale: "en" });
    page.elsewhere = world.provider;
    await goto(page, "/");
    await page.click("a[href='/link']");
    const signIn = async button => {
      await page.click("text=Sign in with Example login");
      check(page.url().startsWith(world.provider), page.url());
      await page.fill("[name=who]", JSON.stringify({ email: "eve@minfin.example", email_verified: true }));
      await page.click(`button:text-is("${button}")`);
    };
    await signIn("No");
    check((await page.innerText("main")).includes("broken off"), await page.innerText("main"));
    if (javaScriptEnabled) await accessible(page, "a sign-in that was broken off");
    await shot(page, "login-cancelled");
    await page.click("main a.button");
    await signIn("Yes");
    await page.waitForURL(`${world.base}/mine`);
    await goto(page, "/sessions");
    check((await page.innerText("main")).includes("with Example login"), await page.innerText("main"));
    const [session, ...others] = (await page.context().cookies(world.base)).filter(c => c.name === "persocontact");
    equal([session.sameSite, session.httpOnly, others.length], ["Strict", true, 0], "the session's cookie");
    await close(page);
  });

  test(`My cases are searched, the language is chosen, the session ends (${how})`, async () => {
    const page = await person("de", { javaScriptEnabled });
    await goto(page, "/mine");
    await page.fill("#q", "Allgemeine Frage");
    await page.click("[role=search] button");
    equal(await page.locator("article.case").count(), 1, "cases found");
    await page.click("a[href$='/me']");
    await page.check("[value=fr]");
    await page.click("form[action$='/language'] button");
    equal(await page.getAttribute("html", "lang"), "fr", "language");
    await page.click("a[href$='/content']");
    check((await heading(page)).includes("Mes envois"), await heading(page));
    await page.click("a[href$='/help']");
    await page.click("a[href$='/help/employee']");
    check((await page.innerText("main")).length > 1000, "no manual");
    await page.click("form[action$='/leave'] button");
    const answer = await goto(page, "/mine");
    equal(answer.status(), 404, "My cases after signing out");
    await close(page);
  });
}

test("by keyboard alone: the button behind the link, the skip link, a form, sent with Enter", async () => {
  const page = await person(null);
  await page.goto(world.base + world.links.fr);
  const press = async (key, times = 1) => { for (let i = 0; i < times; i++) await page.keyboard.press(key); };
  const reach = async selector => {
    for (let i = 0; i < 80; i++) {
      await press("Tab");
      if (await page.locator(`${selector}:focus`).count()) return;
    }
    throw new Error(`${selector} is not reached by Tab`);
  };
  await reach("main button");
  await Promise.all([page.waitForURL("**/case/**"), press("Enter")]);
  await press("Tab");
  equal(await page.locator(".skip:focus").count(), 1, "the skip link comes first");
  check((await page.locator(".skip").boundingBox()).x >= 0, "the skip link is not seen");
  await press("Enter");
  equal(await page.locator("main:focus").count(), 1, "it leads to the content");
  await goto(page, "/new/pay-tax-statement");
  await reach("#f-year");
  await page.keyboard.type("2025");
  await reach("#f-question");
  await page.keyboard.type("Où est ma fiche ?");
  await reach("#f-duplicate");
  await press("Space");
  await reach("form[enctype] button");
  const outline = await page.locator("form[enctype] button").evaluate(e => getComputedStyle(e).outlineStyle);
  equal(outline, "solid", "the focus is seen");
  await Promise.all([page.waitForURL("**/case/**"), press("Enter")]);
  check((await page.innerText("main")).includes("Où est ma fiche ?"), "it is not the request");
  await close(page);
});

test("what attackers type is text: in fields, choices, names of files, searches", async () => {
  const page = await person("nl", { javaScriptEnabled: true });
  for (const attack of world.attacks) {
    await ask(page, { ...parental, child: attack, comment: attack, start: attack });
    await page.locator("#f-regime").evaluate((e, value) => { e.value = value; }, attack);
    await page.check("#f-regime");
    await page.setInputFiles("[name=files]", { ...pdf, name: `${attack.replaceAll("/", "")}.svg`,
      mimeType: "image/svg+xml", buffer: Buffer.from("<svg onload='alert(1)'/>") });
    await page.click("form[enctype] button");
    check((await page.innerText(".mistakes")).length > 20, "no mistakes are shown");
    await page.fill("#f-start", "1/2/2027");
    await page.check("#f-regime");
    await page.check("[name=later]");
    await page.click("form[enctype] button");
    check(page.url().includes("/case/PC-"), page.url());
    await goto(page, `/mine?q=${encodeURIComponent(attack)}&show=${encodeURIComponent(attack)}`);
    for (const path of ["/mine", "/content"]) await goto(page, path);
    check(!(await page.title()).includes("broken"), await page.title());
  }
  equal(await page.locator("main img, main svg, main script").count(), 0, "elements that are not ours");
  await close(page);
});

test("HR asks for an employee; others do not see HR's forms; a manager sees theirs", async () => {
  const page = await person("hugo");
  await goto(page, "/new/hr-cooperation");
  await page.fill("#f-subject", "Overleg");
  await page.fill("#f-question", "Kunnen wij overleggen?");
  await page.click("form[enctype] button");
  check(page.url().includes("/case/PC-"), page.url());
  await close(page);
  const manager = await person("mia");
  await goto(manager, "/new");
  equal(await manager.locator("a[href*='/new/hr-']").count(), 0, "HR's forms for a manager");
  await close(manager);
});

// test_widths.mjs - the pages of strangers, of dossier managers and of HR, and every page on phones.
import http from "node:http";
import { accessible, caseOf, check, close, equal, fits, goto, languages, person, shot, test, world }
  from "./desk.mjs";

const numbers = { nl: "1001", fr: "1002", de: "1003", en: "1004" };
const settings = { javaScriptEnabled: true };

// The pages of a person are in the language that was chosen on them.
async function speak(page, language) {
  await page.context().addCookies([{ name: "persocontact_language", value: language, url: world.base }]);
  await page.setExtraHTTPHeaders({ "Accept-Language": language });
}

async function look(page, path, name, language) {
  await goto(page, path);
  equal(await page.getAttribute("html", "lang"), language, `language of ${name}`);
  await accessible(page, `${name} in ${language}`);
  await fits(page, `${name} in ${language}`);
  await shot(page, `${name}-${language}-1280`);
}

// An answer that a browser does not come to by itself, shown in it.
async function odd(page, name, language, options) {
  const body = await new Promise((done, fail) => {
    const request = http.request(world.base + (options.path ?? "/"), { method: options.method ?? "GET",
      headers: { "Accept-Language": language, ...options.headers } }, answer => {
      let text = "";
      answer.setEncoding("utf8").on("data", piece => { text += piece; }).on("end", () => done(text));
      equal(answer.statusCode, options.status, name);
    });
    request.on("error", fail).end();
  });
  await page.route("**/odd", route => route.fulfill({ status: options.status, body,
    contentType: "text/html; charset=utf-8" }));
  await look(page, "/odd", name, language);
  await page.unroute("**/odd");
}

for (const language of languages)
  test(`the pages of strangers, of a dossier manager and of HR in ${language}: axe, width`, async () => {
    const stranger = await person(null, settings);
    await speak(stranger, language);
    for (const [name, path] of Object.entries({ home: "/", link: world.links[language], ask: "/link",
      sent: "/link/sent", unknown: "/r/aaaaaaaaaaaaaaaaaaaaaaaaaa" }))
      await look(stranger, path, name, language);
    await goto(stranger, "/link");
    await stranger.fill("[name=address]", "no@address@at all");
    await stranger.locator("form").evaluateAll(all => all.forEach(form => { form.noValidate = true; }));
    await stranger.click("main button");
    await accessible(stranger, `a wrong address in ${language}`);
    await shot(stranger, `ask-wrong-${language}-1280`);
    await goto(stranger, world.links.dina);
    await stranger.click("main button");
    await accessible(stranger, `the code in ${language}`);
    await shot(stranger, `code-${language}-1280`);
    await odd(stranger, "host", language, { headers: { Host: "evil.example" }, status: 421 });
    await odd(stranger, "method", language, { method: "DELETE", status: 405 });
    await close(stranger);

    const dina = await person("dina", settings);
    await speak(dina, language);
    const open = caseOf(numbers[language], { state: "open" });
    for (const [name, path] of Object.entries({ team: "/team", all: "/team?show=all",
      found: "/team?q=Emma", nothing: "/team?q=zzzz", handle: `/case/${open}`, sessions: "/sessions",
      mine: "/mine", manual3: "/help/admin" }))
      await look(dina, path, `dina-${name}`, language);
    await close(dina);

    const hugo = await person("hugo", settings);
    await speak(hugo, language);
    await look(hugo, `/case/${caseOf("1006", { form: "hr-attestations" })}`, "bulk", language);
    await close(hugo);
  });

function everyPath(language) {
  const [open, answered, incomplete] = ["open", "answered", "incomplete"].map(
    state => caseOf(numbers[language], { state }));
  return { mine: "/mine", open: `/case/${open}`, answered: `/case/${answered}`,
    incomplete: `/case/${incomplete}`, new: "/new", form: "/new/absence-parental",
    complete: `/case/${incomplete}/complete`, withdraw: `/case/${incomplete}/withdraw`,
    receipt: `/case/${answered}/receipt`, content: "/content", me: "/me", sessions: "/sessions",
    help: "/help", manual: "/help/employee", hr: "/help/hr", manager: "/help/manager",
    team: "/help/dossier-manager", elsewhere: "/elsewhere", missing: "/nowhere", home: "/",
    ask: "/link", link: world.links[language] };
}

// Words of one language are longer than of another: each page in each, on two phones.
async function narrow(page, path, name) {
  for (const width of [320, 360]) {
    await page.setViewportSize({ width, height: 640 });
    if (width === 320) await goto(page, path);
    await fits(page, `${name}, ${width} px`);
    if (width === 320) await shot(page, `${name}-320`);
  }
  await page.evaluate(() => { document.documentElement.dir = "rtl"; });
  await fits(page, `${name} from right to left`);
}

for (const language of languages)
  test(`every page on phones, in ${language}, and from right to left`, async () => {
    for (const [who, paths] of [[language, everyPath(language)],
      ["dina", { dteam: "/team?show=all", handle: `/case/${caseOf(numbers[language], { state: "open" })}` }],
      ["hugo", { bulk: `/case/${caseOf("1006", { form: "hr-attestations" })}` }]]) {
      const page = await person(who, { ...settings, colorScheme: who === language ? "light" : "dark" });
      await speak(page, language);
      for (const [name, path] of Object.entries(paths)) await narrow(page, path, `${name}-${language}`);
      await close(page);
    }
  });

test("with colours of the system's choice, the focus and the chosen queue are still seen", async () => {
  const page = await person("dina", { ...settings, forcedColors: "active" });
  await goto(page, "/team?show=all");
  await shot(page, "team-forced-colors");
  const here = page.locator("[aria-current]").last();
  const looks = await here.evaluate(e => {
    const style = getComputedStyle(e);
    return [style.borderBottomStyle, style.outlineStyle, style.textDecorationLine, style.fontWeight];
  });
  check(looks.some(l => ["solid", "underline", "700", "bold"].includes(l)), `the chosen queue: ${looks}`);
  await page.keyboard.press("Tab");
  const outline = await page.locator(":focus").evaluate(e => getComputedStyle(e).outlineStyle);
  check(outline !== "none", "the focus is not seen");
  await accessible(page, "/team in forced colours");
  await close(page);
});

test("a case and the queue print on paper: no menu, no forms, nothing cut off", async () => {
  const page = await person("dina", { ...settings, viewport: { width: 720, height: 1000 } });
  for (const path of [`/case/${caseOf("1001", { state: "open" })}`, "/team?show=all"]) {
    await goto(page, path);
    await page.emulateMedia({ media: "print" });
    check(!await page.isVisible("nav"), `the menu is printed on ${path}`);
    equal(await page.locator("main button:visible").count(), 0, `buttons on paper, ${path}`);
    await fits(page, `${path} on paper`);
    await shot(page, `print-${path.split("/")[1].slice(0, 4)}`);
  }
  await close(page);
});

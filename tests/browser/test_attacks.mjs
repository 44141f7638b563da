// test_attacks.mjs - what another site can do to somebody who is signed in here: nothing.
import { caseOf, check, close, equal, goto, person, test, world } from "./desk.mjs";

const evil = "http://evil.test/";

// A page of another site, in the same browser.
async function visit(page, html) {
  page.elsewhere = evil;
  await page.route(`${evil}**`, route => route.fulfill({ contentType: "text/html", body: html }));
  await page.goto(evil);
}

test("a form of another site is sent without the session, and changes nothing", async () => {
  const page = await person("nl", { javaScriptEnabled: true });
  const where = `/case/${caseOf("1001", { state: "open" })}`;
  const csrf = await page.locator("[name=csrf]").first().inputValue();
  const posts = [];
  page.on("request", request => { if (request.method() === "POST") posts.push(request); });
  for (const path of [`${where}/withdraw`, "/language", "/leave", "/sessions", world.links.nl]) {
    await visit(page, `<form method="post" action="${world.base}${path}"><input name="csrf" value="${csrf}">
      <input name="language" value="fr"><input name="end" value="links"><button>x</button></form>`);
    await Promise.all([page.waitForNavigation(), page.click("button")]);
    check(/^(403|404)$/.test(await page.evaluate(() =>
      String(performance.getEntriesByType("navigation")[0].responseStatus))), `${path} was taken`);
  }
  const sent = await Promise.all(posts.map(post => post.headerValue("cookie")));
  equal(sent.map(cookie => cookie ?? ""), ["", "", "", "", ""], "cookies that another site's forms sent");
  await goto(page, where);
  check((await page.innerText(".state")).includes("open"), "the case was changed");
  equal(await page.getAttribute("html", "lang"), "nl", "the language was changed");
  page.alarms = [];
  await close(page);
});

test("another site can neither frame a page, nor read it, nor hold on to its window", async () => {
  const page = await person("nl", { javaScriptEnabled: true });
  await visit(page, `<iframe src="${world.base}/mine"></iframe><img src="${world.base}/mine">
    <script src="${world.base}/mine"></script>`);
  const text = await page.frames().at(-1).evaluate(() => document.body?.innerText ?? "").catch(() => "");
  check(!text.includes("PC-"), `the page is shown in a frame: ${text.slice(0, 100)}`);
  const read = await page.evaluate(url => fetch(url, { credentials: "include" }).then(a => a.text(),
    () => "refused"), `${world.base}/mine`);
  equal(read, "refused", "what another site reads");
  const [opened] = await Promise.all([page.waitForEvent("popup"),
    page.evaluate(url => { window.opened = window.open(url); }, `${world.base}/`)]);
  await opened.waitForLoadState();
  equal(await page.evaluate(() => window.opened.closed), true, "the opener has lost the window");
  equal(await opened.evaluate(() => window.opener), null, "the window's opener");
  page.alarms = [];
  await opened.close();
  await close(page);
});

test("no link out of a page says where somebody came from", async () => {
  const page = await person("nl");
  await page.goto(world.base + world.links.nl);
  page.elsewhere = "https://selfservice.example";
  const told = [];
  await page.route("https://selfservice.example/**", route => {
    told.push(route.request().headers().referer ?? "none");
    return route.fulfill({ contentType: "text/html", body: "elsewhere" });
  });
  await goto(page, "/elsewhere");
  await page.click("main a[href^='https://selfservice.example']");
  equal(told, ["none"], "what is told to the other site");
  await page.goto(world.base + world.links.nl);
  const [request] = await Promise.all([page.waitForRequest(r => r.url().includes("/case/")),
    page.click("main button")]);
  check(!(request.headers().referer ?? "").includes("/r/"), "the token is in a Referer");
  await close(page);
});

test("documents that attack are saved, never shown; their names stay names", async () => {
  const page = await person("nl", { javaScriptEnabled: true });
  await goto(page, `/case/${caseOf("1001", { state: "answered" })}`);
  const links = await page.locator(".documents a").all();
  check(links.length >= 2, "the documents are not there");
  for (const link of links) {
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    check(!/[\/<"]/.test(download.suggestedFilename()), download.suggestedFilename());
  }
  check(!(await page.title()).includes("broken"), await page.title());
  await close(page);
});

test("a cookie that a neighbour set beside the session's ends nothing but the session", async () => {
  const page = await person("nl");
  await page.context().addCookies([{ name: "persocontact", value: "a".repeat(26), path: "/case",
    domain: new URL(world.base).hostname }]);
  const number = caseOf("1001", { state: "open" });
  equal((await goto(page, `/case/${number}`)).status(), 404, "with two cookies");
  equal((await goto(page, "/mine")).status(), 200, "where there is one");
  await close(page);
});

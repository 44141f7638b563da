// main.mjs - all browser tests.
import "./test_cards.mjs";
import "./test_flows.mjs";
import "./test_looks.mjs";
import "./test_widths.mjs";
import "./test_attacks.mjs";
import { main } from "./desk.mjs";

process.exitCode = await main();

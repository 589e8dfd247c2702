// SPDX-License-Identifier: Apache-2.0
// Exact JSON text: no digit may be lost, and nothing inside a string is taken for structure.

import assert from "node:assert/strict";

import { test } from "./harness.js";
import { webModule } from "./places.js";

const { elements, members, numberText, plain } = await webModule("json_text.js");

test("members keep numbers of any size digit for digit", () => {
    const digits = "12345678901234567890".repeat(50);
    const found = members(`{"a":${digits},"b":-${digits},"c":1.50,"d":1E400}`);
    const { a, b, ...others } = Object.fromEntries(found);
    assert.equal(a, digits);
    assert.equal(b, `-${digits}`);
    assert.deepEqual(others, { c: "1.50", d: "1E400" });
});

test("members are told apart whatever their values hold", () => {
    const values = {
        text: String.raw`"a\"},{:[\\"`,
        object: '{"x":[1,{"y":"]"}],"result":0}',
        array: '[[],"[",{}]',
        empty: '""',
        none: "null",
    };
    const text = Object.entries(values).map(([name, value]) => ` "${name}" :\n\t${value} `);
    assert.deepEqual(Object.fromEntries(members(`\n{${text.join(",")}}\r`)), values);
});

test("names are read as JSON, __proto__ among them", () => {
    const found = members(String.raw`{"__proto__":1,"r\u0065sult":2,"\"":3}`);
    assert.deepEqual([...found], [["__proto__", "1"], ["result", "2"], ['"', "3"]]);
});

test("elements keep their order and their texts", () => {
    assert.deepEqual(elements('["sum", 00, {"a":[1,2]} ,"," ]'), [
        '"sum"',
        "00",
        '{"a":[1,2]}',
        '","',
    ]);
    assert.deepEqual(elements(" [ ] "), []);
    assert.deepEqual([...members(" { } ")], []);
});

test("what is of another kind has no parts", () => {
    for (const text of ["null", "1", '"[1]"', '"{}"']) {
        assert.deepEqual(elements(text), []);
        assert.deepEqual([...members(text)], []);
    }
    assert.deepEqual(elements('{"a":1}'), []);
    assert.deepEqual([...members("[1]")], []);
});

test("a person reads strings without quotes and numbers as written", () => {
    assert.equal(plain(String.raw`"a\n\u00e9"`), "a\né");
    assert.equal(plain("123456789012345678901"), "123456789012345678901");
});

test("typed digits become numbers, anything else a string for the server to judge", () => {
    for (const digits of ["0", "-7", "9".repeat(400)]) assert.equal(numberText(digits), digits);
    assert.equal(numberText(" 42\t"), "42");
    const others = ["", "007", "+1", "1_000", "1.5", "1e3", "--1", "-", "0x1", "−1", '"', "٣"];
    for (const typed of others) {
        assert.equal(numberText(typed), JSON.stringify(typed));
    }
});

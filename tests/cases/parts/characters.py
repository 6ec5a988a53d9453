"""What Python knows of all characters, in a few lines: their names, and the East Asian encodings of each."""

import hashlib
import sys
import unicodedata

ENCODINGS = (
    "gb2312 gbk gb18030 hz big5 big5hkscs cp950 cp932 shift_jis shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 "
    "euc_jisx0213 iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext euc_kr cp949 "
    "johab iso2022_kr"
).split()
CHARACTERS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
PAIRS = b"".join(bytes([first, second, 10]) for first in range(256) for second in range(256))


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def text(pieces):
    return digest("\n".join(pieces).encode("utf-8", "surrogatepass"))


names = [unicodedata.name(character, "") for character in CHARACTERS]
print("names", sum(map(bool, names)), text(names))
print("looked up", all(unicodedata.lookup(name) == character for name, character in zip(names, CHARACTERS) if name))
print("sequence", ascii(unicodedata.lookup("KEYCAP DIGIT ONE")), ascii("\N{LATIN SMALL LETTER GHA}"))
print("replaced", "äß☃".encode("ascii", "namereplace"))
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    print(form, text(unicodedata.normalize(form, character) for character in CHARACTERS))
print("old", text(unicodedata.ucd_3_2_0.name(character, "") for character in CHARACTERS))
whole = "".join(CHARACTERS)
for encoding in ENCODINGS:
    encoded = whole.encode(encoding, "ignore")
    decoded = PAIRS.decode(encoding, "ignore")
    print(encoding, len(encoded), digest(encoded), len(decoded), text([decoded, encoded.decode(encoding, "replace")]))

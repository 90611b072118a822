"""核对一份“办成”证据包：只用 Python 3.9 以上自带的功能，不联网，不需要原来的系统。
python verify.py [证据包.zip] --key 指纹：核对解开的文件夹（或压缩包）；指纹由出证单位公布，不写就没有对照是谁签的。
全部相符返回 0；有一处不符返回 1，说出哪个文件、第几行。
"""

import base64
import csv
import hashlib
import io
import json
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
UNASKED = "没有给出指纹"


def add(a: Any, b: Any) -> Any:
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    t, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (n - m) * (z - t) % P, (z + t) * (n + m) % P, (z - t) * (z + t) % P, (n - m) * (n + m) % P


def times(n: int, a: Any) -> Any:
    found = (0, 1, 1, 0)
    while n:
        found, a, n = add(found, a) if n & 1 else found, add(a, a), n >> 1
    return found


def point(told: bytes) -> Any:
    sign, y = divmod(int.from_bytes(told, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * pow(2, (P - 1) // 4, P) % P if (x * x - square) % P else x
    if len(told) != 32 or y >= P or (x * x - square) % P or (sign and not x):
        raise ValueError("不是公钥")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def signed(key: str, text: bytes, signature: bytes) -> bool:
    public, r, s = bytes.fromhex(key), signature[:32], int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    x, y, z, t = times(int.from_bytes(hashlib.sha512(r + public + text).digest(), "little") % Q, point(public))
    x, y, z, _ = add(times(s, base), (P - x, y, z, P - t))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return len(signature) == 64 and s < Q and (y | (x & 1) << 255).to_bytes(32, "little") == r


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(path: Any) -> dict[str, bytes]:
    if isinstance(path, bytes) or os.path.isfile(path):
        with zipfile.ZipFile(io.BytesIO(path) if isinstance(path, bytes) else path) as packed:
            return {name: packed.read(name) for name in packed.namelist()}
    names = [os.path.join(at, name) for at, _, found in os.walk(path) for name in found]
    return {os.path.relpath(name, path).replace(os.sep, "/"): open(name, "rb").read() for name in names}


def signature(files: dict[str, bytes], manifest: Any, wanted: str) -> Iterator[str]:
    print("签名的公钥指纹", sha(bytes.fromhex(manifest["key"])))
    if wanted not in (UNASKED, manifest["key"], sha(bytes.fromhex(manifest["key"]))):
        yield "公钥不是给定的那一把，不是该单位签的" if len(wanted) == 64 else "--key 后面要写公布的指纹"
    if not signed(manifest["key"], files["manifest.json"], base64.b64decode(files["manifest.sig"])):
        yield "清单的签名不符：清单被改过，或不是这把钥匙签的"


def listed(files: dict[str, bytes], manifest: Any, wanted: str) -> Iterator[str]:
    for name, digest in manifest["files"].items():
        if sha(files.get(name, b"")) != digest:
            yield f"{name} 与清单不符：被改过或换过" if name in files else f"{name} 不见了"
    for name in sorted(set(files) - set(manifest["files"]) - {"manifest.json", "manifest.sig"}):
        packed = read(files[name]) if name.endswith(".zip") else {"": b""}  # 解开后留在旁边的压缩包本身，不算多出
        if not packed or not packed.items() <= files.items():
            yield f"{name} 不在清单里：是后来放进去的"


def chain(files: dict[str, bytes], manifest: Any, wanted: str) -> Iterator[str]:
    """每行的哈希 = SHA-256(上一行的哈希 + 这一行的原文)；第一行的上一行由件的内部编号算出。"""
    lines, hashes = (files[name].split(b"\n")[:-1] for name in ("lines.jsonl", "hashes.txt"))
    head = sha(("bancheng audit 1 " + manifest["uid"]).encode())
    for n, line in enumerate(lines, 1):
        head = sha(head.encode() + line)
        if n > len(hashes) or json.loads(line)["seq"] != n or head != hashes[n - 1].decode():
            return (yield f"第 {n} 行与哈希链不符：这一行被改过，或它前面被删过、插过")
    if not len(lines) == len(hashes) == manifest["lines"]:
        yield f"第 {min(len(lines), manifest['lines']) + 1} 行起多出或不见了：清单上是 {manifest['lines']} 行"


def checkpoint(files: dict[str, bytes], manifest: Any, wanted: str) -> Iterator[str]:
    """检查点签的是所有件的链头；证明路径从这一件的链头算到它签的根。"""
    proof, hashes = json.loads(files["checkpoint.json"]), files["hashes.txt"].decode().split("\n")
    ours = proof["key"] in [manifest["key"], *manifest["older_keys"]]
    if not ours or not signed(proof["key"], proof["head"].encode(), base64.b64decode(proof["sig"])):
        yield "检查点的签名不符，或不是同一个单位签的"
    number, seq, head = proof["leaf"].split("/")[:3]
    if hashes[int(seq) - 1] != head or json.loads(files["lines.jsonl"].split(b"\n")[0])["case_id"] != int(number):
        yield f"到第 {seq} 行为止与检查点不符：做检查点以后被改写过"
    node = hashlib.sha256(b"\0" + proof["leaf"].encode()).digest()
    for side, other in ((side, bytes.fromhex(beside)) for side, beside in proof["path"]):
        node = hashlib.sha256(b"\1" + (other + node if side == "left" else node + other)).digest()
    if node.hex() != json.loads(proof["head"])["root"]:
        yield "检查点的证明路径算不到它签的根"


def documents(files: dict[str, bytes], manifest: Any, wanted: str) -> Iterator[str]:
    """附件的摘要在上传那一行留痕里；表格里每行的哈希应与链上的相同。"""
    told = [json.loads(line) for line in files["lines.jsonl"].split(b"\n")[:-1]]
    left = [json.loads(line["after"]) for line in told if line["action"] == "attached"]
    for paper in json.loads(files["documents.json"]):
        if paper["digest"] not in [each["digest"] for each in left if each["id"] == paper["id"]]:
            yield f"附件 {paper['id']} 的摘要与留痕不符"
        if paper["file"] and sha(files[paper["file"]]) != paper["digest"]:
            yield f"{paper['file']} 不是当时上传的那一份"
    rows = csv.DictReader(io.StringIO(files["lines.csv"].decode("utf-8-sig")))
    heads, said = files["hashes.txt"].decode().split(), [(row["hash"], row["seq"], row["action"]) for row in rows]
    real = [(head, str(n + 1), told[n]["action"]) for n, head in enumerate(heads[: len(told)])]
    for n in [n for n in range(max(len(said), len(real))) if said[n : n + 1] != real[n : n + 1]][:1]:
        yield f"lines.csv 第 {n + 1} 行与留痕不符"


def main(asked: list[str]) -> int:
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, sys.stdout.encoding, "replace")  # 不认识 ✓ 的屏幕也写得出
    key = asked.index("--key") if "--key" in asked else len(asked)
    wanted = "".join(asked[key + 1 : key + 2]).lower() if key < len(asked) else UNASKED
    bad = list[str]()
    try:
        files = read(next(iter(asked[:key] + asked[key + 2 :]), os.path.dirname(os.path.abspath(__file__))))
        manifest = json.loads(files["manifest.json"])
        for check in (signature, listed, chain, checkpoint, documents):
            bad += check(files, manifest, wanted)
    except (LookupError, ValueError, TypeError, OSError, EOFError, csv.Error, zipfile.BadZipFile, zlib.error) as error:
        bad.append(f"核对不下去：缺少内容、格式不对，或者没有下载完整（{error!r}）")
    good = "" if bad else f"✓ {manifest['no']}：{manifest['lines']} 行留痕、检查点、附件和签名全部相符"
    print("\n".join(f"✗ {each}" for each in bad) or good)
    if not bad and wanted == UNASKED:
        print("！没有对照是谁签的，整份伪造的也会相符：请加 --key，写上出证单位公布的指纹")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

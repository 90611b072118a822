"""The two stories of the article, played at real browsers from the greeting to the paper in hand, and what they take.

python -m tests.browser.stories
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path

from engine.house import open_house
from engine.settings import Settings
from tests.browser.hand import Effort, Hand
from tests.browser.site import Site, running
from tests.support.chromium import chromium
from tests.support.house import START, House

REGISTER, CLASSIFY, LARGE_LIST, RECEIPT = "登记受理", "分类定级", "大字清单", "受理回执"
Story = tuple[str, Mapping[str, Effort]]  # the number of the case, and what each part took

_COLUMNS = ("表上必填", "填必填", "填选填", "动作", "点击", "按键")


def mr_dai(site: Site) -> Story:
    """After work, at 17:00, somebody comes whose business scope was entered wrongly on the web; he is served."""
    title = "线上变更营业执照，经营范围填错了"
    window = site.at_inbox("w2").page
    hand = Hand(window)
    site.move("2026-09-23 17:00")
    with hand.part(REGISTER):
        hand.follow("登记")
        hand.type("jyfw")
        hand.press("Enter")
        hand.write("title", title)
        hand.write("description", "网上变更时选错一项，与备案不一致，改了几次都提交不上去。")
        hand.write("applicant.name", "戴某人")
        hand.write("applicant.phone", "13800000801")
        hand.choose("port", "web")
        hand.choose("acceptance", "accept")
        hand.send()
        no = window.locator(".receipt .big").first.inner_text()
    with hand.part(RECEIPT):
        hand.follow("受理回执")
        hand.print()
        window.go_back()
    site.move("2026-09-23 17:05")
    with hand.part(CLASSIFY):
        hand.follow("现在分类定级")
        hand.choose("grade", "simple")
        hand.choose("cause", "线上操作类")
        hand.send()
    site.move("2026-09-23 17:50")
    with hand.part("现场办理"):
        hand.choose("onsite_result", "solved")
        hand.choose("outcome", "done")
        for place, (kind, begun) in enumerate((("extended", "17:05"), ("bangban", "17:06"))):
            hand.push("加一条")
            hand.choose(f"services.{place}.kind", kind)
            hand.write(f"services.{place}.from", begun)
            hand.write(f"services.{place}.to", "17:50")
        hand.write("services.1.device", "自助服务机")
        hand.write("reply_text", "已在自助机上改好经营范围，新执照寄给您。")
        hand.send()
    site.move("2026-09-24 10:20")
    with hand.part("反馈"):
        hand.choose("feedback_method", "courier")
        hand.write("courier.carrier", "邮政")
        hand.write("courier.tracking_no", "EX123456789CN")
        hand.write("courier.documents", "营业执照")
        hand.send()
    site.move("2026-09-28 08:40")  # after the three days of 中秋
    with hand.part("寄递签收"):
        window.goto(f"/cases/{no}")
        hand.follow("登记寄递")
        hand.write("signed_at", "08:40")
        hand.send()
    site.move("2026-09-28 10:00")
    _call_back(hand, site, title)
    return no, hand.parts


def the_couple(site: Site) -> Story:
    """Staff walk up to an elderly couple who cannot use a computer and want a food licence."""
    title = "开小饭馆，食品经营许可证办不下来"
    window, unit = site.at_inbox("w1").page, site.at_inbox("unit-SCJG").page
    hand = Hand(window)
    with hand.part(REGISTER):
        hand.follow("登记")
        hand.type("spjy")
        hand.press("Enter")
        hand.write("title", title)
        hand.write("description", "老两口不会用电脑和手机，网上报不了，也不知道还缺什么。")
        hand.write("applicant.name", "张某人夫妇")
        hand.write("applicant.phone", "13900000802")
        hand.choose("applicant.age_band", "60-79")
        hand.write("applicant.special_needs", "大字清单")
        hand.choose("channel", "outreach")
        hand.choose("acceptance", "accept")
        hand.send()
        no = window.locator(".receipt .big").first.inner_text()
    with hand.part(LARGE_LIST):
        hand.follow("大字材料清单")
        for place in (2, 3, 4):
            hand.click(window.locator(f"#need-{place}"))
        hand.push("生成，存一份在件里")
        hand.print()
    with hand.part(RECEIPT):
        window.goto(f"/cases/{no}/registered")
        hand.follow("受理回执")
        hand.print()
        window.go_back()
    with hand.part(CLASSIFY):
        hand.follow("现在分类定级")
        hand.choose("grade", "general")
        hand.choose("cause", "适老助残")
        hand.send()
    with hand.part("转办派单"):
        hand.write("onsite_attempt", "逐条讲解并帮着在大厅电脑上填好申请，还缺三样。")
        hand.send()
    site.move("2026-09-23 11:00")
    with hand.part("单位办理", unit):
        hand.follow("单位")
        hand.push("签收")
        hand.click(unit.locator(".order-acts a", has_text="登记联系"))
        hand.choose("contact_method", "phone")
        hand.write("contact_note", "约好明天上门核查")
        hand.send()
        site.move("2026-09-24 15:00")
        hand.click(unit.locator(".order-acts a", has_text="答复"))
        hand.write("reply_text", "三样材料已补齐，现场核查合格，许可证已发，可到窗口领取。")
        hand.choose("result", "done")
        hand.send()
    with hand.part("审核办结", site.at_inbox("group2").page):
        hand.take("审核办结", title)
        hand.choose("review_result", "pass")
        hand.choose("outcome", "done")
        hand.send()
    site.move("2026-09-28 09:30")
    with hand.part("反馈"):
        hand.take("反馈", title)
        hand.choose("feedback_method", "in_person")
        hand.write("delivered_documents", "食品经营许可证")
        hand.send()
    site.move("2026-09-29 10:00")
    _call_back(hand, site, title)
    return no, hand.parts


def _call_back(hand: Hand, site: Site, title: str) -> None:
    with hand.part("回访", site.at_inbox("callback").page):
        hand.take("回访", title)
        for name in ("contacted", "contacted_in_time", "resolved"):
            hand.choose(name, "true")
        hand.choose("satisfaction", "5")
        hand.send()


STORIES: Mapping[str, Callable[[Site], Story]] = {"戴先生，17:00": mr_dai, "老两口办食品经营许可": the_couple}


# ------------------------------------------------------------------ the table
def table(name: str, story: Story) -> str:
    """What a story took, part by part, as people read it."""
    no, parts = story
    lines = [f"{name}（{no}）", _line("", _COLUMNS)]
    lines += [_line(part, astuple(effort)) for part, effort in parts.items()]
    return "\n".join([*lines, _line("合计", astuple(sum(parts.values(), Effort())))])


def _line(part: str, cells: tuple[object, ...]) -> str:
    return "".join([_padded(part, 12, left=True), *(_padded(str(cell), 10) for cell in cells)])


def _padded(text: str, width: int, left: bool = False) -> str:
    blank = " " * (width - sum(2 if ord(mark) > 255 else 1 for mark in text))
    return text + blank if left else blank + text


def main() -> int:
    """Play each on a house of its own; 1 when a browser complained."""
    complaints: list[str] = []
    with chromium() as browser:
        for name, story in STORIES.items():
            with _house() as house, running(house, browser) as site:
                sys.stdout.write(table(name, story(site)) + "\n\n")
                complaints += site.complaints
    return 1 if complaints else 0


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'house.db'}"
        open_house(Settings(database_url=url, demo=True), START).db.close()
        house = House(url)
        try:
            yield house
        finally:
            house.close()


if __name__ == "__main__":
    sys.exit(main())

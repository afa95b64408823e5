"""Figures as lines for the terminal and as the table of docs/benchmarks.md."""
import datetime

import machine

BEGIN, END = "<!-- measured by ./dev bench --full -->", "<!-- end of what was measured -->"


def ratio_of(row):
    ratio = row["ratio"]
    return f"{ratio['median']:.2f} ({ratio['low']:.2f}..{ratio['high']:.2f})"


def notes_of(side):
    return ", ".join(f"{name} {value:,.1f}" if isinstance(value, float) else f"{name} {value}" for name, value in side.items() if name != "figure")


def line(name, row):
    if name == "start":
        start = row["start_ms"]
        return f"{name:20} {start['median']:.1f} ms ({start['low']:.1f}..{start['high']:.1f})  idle {row['idle_rss_mib']:.1f} MiB"
    if name in ("latency", "rates"):
        return f"{name:20} " + "  ".join(f"{who} {what}" for who, what in row.items())
    if "ratio" not in row:
        return f"{name:20} no pair was undisturbed"
    sides = "  ".join(f"{label} {side['figure']:.3f} [{notes_of(side)}]" for label, side in row["sides"].items())
    target = f", target {row['target']}" if row["target"] else ""
    return f"{name:20} {ratio_of(row)}, {row['pairs']} pairs{target}; {row['unit']}: {sides}"


def table(results, command):
    yield f"{datetime.date.today()}, {machine.description()}, `./dev bench {command}`: medians of the pairs; in brackets the 95 % interval of the median ratio."
    yield ""
    yield "| workload | unit | one side | the other | ratio | target | met | Kafka 4.3.1 |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, row in results.items():
        if name == "start":
            start = row["start_ms"]
            yield f"| W12 start, W11 idle | ms, MiB | {start['median']:.1f} ({start['low']:.1f}..{start['high']:.1f}), {row['idle_rss_mib']:.1f} | | | 15 ms, 12 MiB | {met(start['median'] <= 15 and row['idle_rss_mib'] <= 12)} | |"
        elif name == "rates":
            for per_second in row["kelp"]:
                figures = {who: rates[per_second] for who, rates in row.items()}
                shown = {who: f"p50 {one['p50_us'] / 1e3:.2f}, p99 {one['p99_us'] / 1e3:.2f}" for who, one in figures.items()}
                yield (f"| W4 {per_second} records of 100 bytes a second | ms | {shown['kelp']} | {shown['floor']} | | p50 0.3, p99 1 | "
                       f"{met(figures['kelp']['p50_us'] <= 300 and figures['kelp']['p99_us'] <= 1000)} | {shown.get('kafka', '')} |")
        elif name == "latency":
            beside = "; ".join(f"{who.replace('_', ' ')} {what}" for who, what in row.items() if who not in ("kelp", "kafka"))
            yield f"| W4 EndToEndLatency, W7 {beside} | ms | {row['kelp']} | | | | | {row.get('kafka', '')} |"
        elif "ratio" in row:
            (ours, a), (theirs, b) = list(row["sides"].items())[:2]
            kafka = row["sides"].get("kafka")
            goal = f"{row['target']} | {met(row['ratio']['median'] <= row['target'])}" if row["target"] else "|"
            yield (f"| {row['title']} | {row['unit']} | {ours} {a['figure']:.3f} | {theirs} {b['figure']:.3f} | {ratio_of(row)} | {goal} | "
                   f"{'%.3f (%s)' % (kafka['figure'], kafka['threads']) if kafka else ''} |")


def met(is_so):
    return "yes" if is_so else "no"


def write_table(results, page, command):
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(before + BEGIN + "\n" + "\n".join(table(results, command)) + "\n" + END + after)

#!/usr/bin/env python3
"""The CPU of one server divided by that of another, for the same calls, with an interval.

A machine changes its pace from second to second, so both are loaded in turn, and each round gives one ratio of CPU microseconds a request. Printed are the median of the
ratios and the ratio of the sums, each with a 95 % interval by bootstrap over the rounds (seed 1). Called by bench/gateway --ratio.
  ratio.py [--rounds 100] [--secs 2] [--conns 32] --script chat.lua BASE=PORT:PID[:K=V,…] OTHER=PORT:PID[:K=V,…]
"""
import argparse, os, random, re, statistics, subprocess, time

parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--secs", type=int, default=2)
parser.add_argument("--conns", type=int, default=32)
parser.add_argument("--script", required=True)
parser.add_argument("who", nargs=2)
options = parser.parse_args()
tick = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    """Seconds of user and system time of a process."""
    text = open(f"/proc/{pid}/stat").read()
    fields = text[text.rindex(")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / tick


def load(port, pid, env):
    """CPU microseconds a request, over one round."""
    before = cpu(pid)
    command = ["wrk", "-t1", f"-c{options.conns}", f"-d{options.secs}s", "--timeout", "20s", "-s", options.script]
    told = subprocess.run([*command, f"http://127.0.0.1:{port}/v1/chat/completions"], capture_output=True, text=True, check=True, env={**os.environ, **env}).stdout
    time.sleep(0.3)  # what a request leaves to be done after its answer is its own
    found = re.search(r"errors=(\d+) n=(\d+)", told)
    if found is None or int(found[1]) > 0 or int(found[2]) == 0:
        raise SystemExit(f"the load on port {port} failed: {told[-300:]}")
    return 1e6 * (cpu(pid) - before) / int(found[2])


def parse(text):
    name, rest = text.split("=", 1)
    port, pid, *more = rest.split(":", 2)
    return name, int(port), int(pid), dict(pair.split("=", 1) for pair in more[0].split(",")) if more else {}


def interval(rounds, statistic):
    chance = random.Random(1)
    found = sorted(statistic([chance.choice(rounds) for _ in rounds]) for _ in range(4000))
    return f"{statistic(rounds):.3f} ({found[100]:.3f} to {found[3899]:.3f})"


(base, *base_at), (other, *other_at) = map(parse, options.who)
rounds = [(load(*base_at), load(*other_at)) for _ in range(options.rounds)]
for at, name in enumerate((base, other)):
    each = [r[at] for r in rounds]
    print(f"{name:<10} cpu us a request: median {statistics.median(each):.1f}, {min(each):.1f} to {max(each):.1f}")
print(f"{other} / {base} over {len(rounds)} rounds of {options.secs} s, {options.conns} connections")
print("median of the ratios", interval(rounds, lambda some: statistics.median(b / a for a, b in some)))
print("ratio of the sums   ", interval(rounds, lambda some: sum(b for _, b in some) / sum(a for a, _ in some)))

"""hnswlib's graph as a peer: reads faces and probes from files, links the faces, then answers each line of standard input.

usage: hnswlib_peer.py FACES PROBES DIMENSIONS THREADS M EF_CONSTRUCTION
THREADS link the faces; one searches.
While it links, it prints "linked N"; when it has done so its name.
  ef N              how many candidates a search keeps
  time BATCH        milliseconds a probe, searching all probes in batches of so many
  top               the index of the nearest face of every probe
  probes FILE       other probes
  churn FILE EVERY  erases every so-manyth face and adds those of a file; prints seconds
  seconds           what linking took
  memory            resident bytes
"""
import os
import sys
import time

import hnswlib
import numpy

faces, probes, size, threads, m, ef = sys.argv[1], sys.argv[2], *(int(word) for word in sys.argv[3:7])
AT_ONCE = 10_000


def read(file):
    return numpy.memmap(file, dtype="<f4", mode="r").reshape(-1, size)


def link(values, first):
    for start in range(0, len(values), AT_ONCE):
        part = values[start : start + AT_ONCE]
        index.add_items(part, numpy.arange(first + start, first + start + len(part)), num_threads=threads)
        if first == 0:
            print("linked", start + len(part), flush=True)


wanted = numpy.array(read(probes))
enrolled = read(faces)
index = hnswlib.Index("ip", size)
index.init_index(len(enrolled) * 5 // 4 + 1, ef_construction=ef, M=m)
begun = time.perf_counter()
link(enrolled, 0)
linked = time.perf_counter() - begun
try:
    from importlib.metadata import version

    print("hnswlib", version("hnswlib"), flush=True)
except Exception:
    print("hnswlib", flush=True)
for line in sys.stdin:
    words = line.split()
    if words[0] == "ef":
        index.set_ef(int(words[1]))
        print("ok", flush=True)
    elif words[0] == "time":
        batch = int(words[1])
        start = time.perf_counter()
        for first in range(0, len(wanted), batch):
            index.knn_query(wanted[first : first + batch], k=5, num_threads=1)
        print((time.perf_counter() - start) * 1000 / len(wanted), flush=True)
    elif words[0] == "top":
        print(*index.knn_query(wanted, k=1, num_threads=1)[0][:, 0], flush=True)
    elif words[0] == "probes":
        wanted = numpy.array(read(words[1]))
        print("ok", flush=True)
    elif words[0] == "churn":
        start = time.perf_counter()
        for label in range(0, len(enrolled), int(words[2])):
            index.mark_deleted(label)
        link(read(words[1]), len(enrolled))
        print(time.perf_counter() - start, flush=True)
    elif words[0] == "seconds":
        print(linked, flush=True)
    elif words[0] == "memory":
        with open("/proc/self/statm") as statm:
            print(int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"), flush=True)

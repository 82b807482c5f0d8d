"""FAISS's flat index as a peer: reads faces and probes from files, then answers each line of standard input.

usage: faiss_peer.py FACES PROBES DIMENSIONS THREADS
  time BATCH    milliseconds a probe, searching all probes in batches of so many
  top           the index of the nearest face of every probe
"""
import sys
import time

import faiss
import numpy

faces, probes, size, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
faiss.omp_set_num_threads(threads)
index = faiss.IndexFlatIP(size)
index.add(numpy.memmap(faces, dtype="<f4", mode="r").reshape(-1, size))
wanted = numpy.fromfile(probes, dtype="<f4").reshape(-1, size)
print("faiss", faiss.__version__, flush=True)
for line in sys.stdin:
    words = line.split()
    if words[0] == "time":
        batch = int(words[1])
        start = time.perf_counter()
        for first in range(0, len(wanted), batch):
            index.search(wanted[first : first + batch], 5)
        print((time.perf_counter() - start) * 1000 / len(wanted), flush=True)
    elif words[0] == "top":
        print(*index.search(wanted, 1)[1][:, 0], flush=True)

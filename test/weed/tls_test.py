#!/usr/bin/env python3
"""Kelp on a SeaweedFS whose gRPC ports want mTLS: tls_test.py

It works with a certificate of the cluster's CA, also over kill -9 of Kelp; without one, or with another CA's, it does not start and says so.
"""
import pathlib, subprocess, tempfile

import certificates
from acceptance_test import consume, create, numbered, produce, told
from kelp_process import BUILD, KelpProcess, check, engine, on_seaweed, skip
from weed import Cluster, weed_binary

START_MS = 3_000    # of one that cannot get in
PATIENCE_S = 60


def settings(pem):
    return [word for key, file in (("ca", "ca"), ("certificate", "cert"), ("key", "key"))
            for word in ("--set", f"seaweed.tls.{key}.file={pem}/{file}.pem")]


def refused(storage, why):
    with tempfile.TemporaryDirectory() as directory:
        ended = subprocess.run([BUILD / "kelp", "serve", "--listen", "127.0.0.1:0", "--data-dir", directory, *storage,
                                "--set", f"seaweed.start.timeout.ms={START_MS}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, timeout=PATIENCE_S)
    check(ended.returncode != 0, f"{why}: it does not start")
    check("master" in ended.stdout, f"{why}: it names who does not let it in: {ended.stdout}")


def main():
    if engine() == "disk":
        skip("a directory has no gRPC")
    if not weed_binary().exists():
        skip("no weed: ./dev clients")
    if not certificates.openssl_is_there():
        skip("openssl is not installed")
    with tempfile.TemporaryDirectory(prefix="kelp-tls-") as directory:
        cluster = Cluster(pathlib.Path(directory) / "weed", dies_with_us=True)
        certificates.secure(cluster)
        with cluster:
            storage = on_seaweed(cluster.masters)
            refused(storage, "without a certificate")
            refused(storage + settings(certificates.make(f"{directory}/other")), "of another CA")
            secured = storage + settings(cluster.tls)
            doctor_settings = ["--seaweed.masters", cluster.masters, *settings(cluster.tls)]
            doctor = subprocess.run([BUILD / "kelp", "seaweed", "doctor", *doctor_settings],
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                    timeout=PATIENCE_S)
            check(doctor.returncode == 0, f"the doctor finds nothing wrong: {doctor.stdout}")
            with KelpProcess(storage=secured, comes_back=True) as kelp:
                create(kelp, "t")
                records = numbered()
                produce(kelp, "t", records)
                kelp.kill()
                kelp.start()
                check(told(consume(kelp, "t", len(records))) == records, "what was acknowledged is there")


if __name__ == "__main__":
    main()

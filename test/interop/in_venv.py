#!/usr/bin/env python3
"""Runs a test with the pinned packages of build/venv: in_venv.py TEST.py CASE"""
import os, sys

from kelp_process import BUILD, skip

python = BUILD.parent / "venv/bin/python"
if not python.exists():
    skip("build/venv is not there: ./dev clients")
os.execv(python, [python, "-B", *sys.argv[1:]])

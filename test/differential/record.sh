#!/bin/sh
# Records anew what Apache Kafka answers: record.sh HOST:PORT [BUILD_DIRECTORY]
# The broker is a fresh Apache Kafka 4.3.1, node id 1, KRaft with broker and controller in one, with
# the settings that differential_test.cc gives to Kelp (kSettings). It is left with topics in it.
set -eu
build=${2:-build/release}
KELP_RECORD_KAFKA=$1 "$build/kelp_differential_test" --gtest_filter='Differential.kelp_answers_as_kafka_did'

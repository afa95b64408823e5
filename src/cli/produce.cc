// `kelp produce`: stores the lines of stdin as records in a topic of any Kafka cluster since 2.1.
#include <fmt/format.h>

#include <chrono>

#include "cli/cluster_options.h"
#include "cli/commands.h"
#include "cli/delivery_report.h"
#include "cli/interrupt.h"
#include "cli/line_reader.h"
#include "cli/output.h"
#include "cli/record_input.h"
#include "cli/time_text.h"
#include "client/producer.h"

namespace kelp::cli {
namespace {

struct ProduceOptions {
  ClusterOptions cluster;
  std::string topic;
  std::string format = "text";
  std::optional<std::string> key_separator;
  std::optional<std::string> null_text;
  std::vector<std::string> headers;
  std::optional<int32_t> partition;
  bool any_partition = false;
  std::string acks = "all";
  std::string compression = "none";
  bool no_idempotence = false;
  bool verbose = false;
};

/// How long a batch waits for more input: Kafka's linger.ms.
constexpr std::chrono::milliseconds kLinger{5};
constexpr std::chrono::milliseconds kForEver{-1};

/// What the options mean.
struct Production {
  client::Producer::Options producer;
  bool json = false;
  TextInput text;
  record::HeaderList headers;
};

Result<int16_t> parse_acks(std::string_view text) {
  if (text == "all" || text == "-1") return int16_t{-1};
  if (text == "1") return int16_t{1};
  if (text == "0") return int16_t{0};
  return fail(ErrorKind::invalid, fmt::format("'{}' is neither all, 1 nor 0", text));
}

Result<Production> parse(const ProduceOptions& options) {
  Production production;
  production.producer.topic = options.topic;
  const auto acks = parse_acks(options.acks);
  if (!acks.has_value()) return std::unexpected(acks.error());
  production.producer.acks = *acks;
  production.producer.idempotent = !options.no_idempotence;
  const auto codec = record::codec_named(options.compression);
  if (!codec.has_value()) {
    return fail(ErrorKind::invalid, fmt::format("'{}' is neither none, gzip, snappy, lz4 nor zstd",
                                                options.compression));
  }
  production.producer.codec = *codec;
  production.json = options.format == "json";
  production.text.hex = options.format == "hex";
  if (!production.json && !production.text.hex && options.format != "text") {
    return fail(ErrorKind::invalid,
                fmt::format("'{}' is neither text, hex nor json", options.format));
  }
  if (production.json && (options.key_separator.has_value() || options.null_text.has_value())) {
    return fail(ErrorKind::invalid, "JSON says itself what is key and what is null");
  }
  if (options.key_separator.has_value() && options.key_separator->empty()) {
    return fail(ErrorKind::invalid, "the key separator is empty");
  }
  production.text.key_separator = options.key_separator;
  production.text.null_text = options.null_text;
  for (const std::string& header : options.headers) {
    if (auto parsed = parse_header(header, production.headers); !parsed.has_value()) {
      return std::unexpected(std::move(parsed.error()));
    }
  }
  return production;
}

/// Headers of every record stand behind its own.
void add_headers(record::HeaderList& to, const record::HeaderList& from) {
  const record::Headers all = from;
  for (const record::Header& header : all) to.add(header.key, header.value);
}

/// A line as a record, for the producer. Errors: of the line (invalid), or of the producer.
Result<void> add_line(client::Producer& producer, const LineReader& in,
                      const Production& production, const ProduceOptions& options) {
  auto input = production.json ? parse_json_record(in.line())
                               : parse_text_record(in.line(), production.text);
  if (!input.has_value()) return std::unexpected(std::move(input.error()));
  add_headers(input->headers, production.headers);
  client::ProducerRecord record;
  record.number = in.number();
  record.partition = options.any_partition ? std::nullopt : input->partition;
  if (options.partition.has_value()) record.partition = options.partition;
  record.content.timestamp_ms = input->timestamp_ms.value_or(now_ms());
  if (input->key.has_value()) record.content.key = as_bytes(*input->key);
  if (input->value.has_value()) record.content.value = as_bytes(*input->value);
  record.content.headers = input->headers;
  return producer.add(record);
}

/// Errors: what ended it before the end of the input. What was read before is on its way or stored.
Result<void> produce_lines(client::Producer& producer, LineReader& in, DeliveryReport& report,
                           const Production& production, const ProduceOptions& options) {
  bool unsent = false;
  while (!report.is_hopeless()) {
    const auto got = in.next(unsent ? kLinger : kForEver);
    if (!got.has_value()) return std::unexpected(got.error());
    if (*got == LineReader::Got::end) return {};
    if (*got == LineReader::Got::nothing) {
      if (auto sent = producer.flush(); !sent.has_value()) return sent;
      unsent = false;
      continue;
    }
    auto added = add_line(producer, in, production, options);
    if (!added.has_value()) {
      added.error().what = fmt::format("line {}: {}", in.number(), added.error().what);
      return added;
    }
    unsent = true;
  }
  return {};
}

DeliveryReport::Style style_of(const ProduceOptions& options) {
  if (options.cluster.json) return DeliveryReport::Style::json;
  return options.verbose ? DeliveryReport::Style::batches : DeliveryReport::Style::faults_only;
}

int produce(const ProduceOptions& options) {
  const auto production = parse(options);
  if (!production.has_value()) return complain(production.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  Output output;
  DeliveryReport report(options.topic, style_of(options), output);
  auto producer =
      client::Producer::open(*cluster, production->producer,
                             [&report](const client::Delivery& delivery) { report.add(delivery); });
  if (!producer.has_value()) return complain(kFailure, client::words_of(producer.error()));
  const Interrupt interrupt;
  LineReader in(interrupt.descriptor());
  int exit_code = 0;
  const auto read = produce_lines(*producer, in, report, *production, options);
  if (!read.has_value()) exit_code = complain(kFailure, client::words_of(read.error()));
  // What was read before it went wrong is to be stored.
  const auto sent = producer->flush();
  if (!sent.has_value()) exit_code = complain(kFailure, client::words_of(sent.error()));
  if (!report.finish()) exit_code = kFailure;
  return exit_code;
}

}  // namespace

void add_produce_command(CLI::App& app, Action& action) {
  CLI::App& command =
      *app.add_subcommand("produce", "Store the lines of stdin as records of a topic");
  auto& to = make_action<ProduceOptions>(command, action, produce);
  command.add_option("TOPIC", to.topic, "The topic; made if the cluster makes topics by itself")
      ->required();
  auto* format = command.add_option("--format", to.format,
                                    "What a line is: text (the default), hex digits, or json: an "
                                    "object with value, key, headers, timestamp, partition");
  format->type_name("FORMAT");
  command
      .add_option("-K,--key-separator", to.key_separator,
                  "Lines have a key in front of the value, with this between them")
      ->type_name("TEXT");
  command.add_option("--null", to.null_text, "A key or value of just this is null")
      ->type_name("TEXT");
  command
      .add_option("-H,--header", to.headers,
                  "A header for each record, NAME=VALUE; NAME alone is null; may repeat")
      ->type_name("HEADER")
      ->allow_extra_args(false);
  auto* partition =
      command
          .add_option("-p,--partition", to.partition, "Of all records; else by the key, as Kafka")
          ->type_name("N")
          ->check(CLI::Range(0, std::numeric_limits<int32_t>::max()));
  command.add_flag("--any-partition", to.any_partition, "Pass over the partitions in JSON lines")
      ->excludes(partition);
  command.add_option("--acks", to.acks, "When a record is stored: all (the default), 1, 0")
      ->type_name("ACKS");
  command
      .add_option("-z,--compression", to.compression, "none (the default), gzip, snappy, lz4, zstd")
      ->type_name("CODEC");
  command.add_flag("--no-idempotence", to.no_idempotence,
                   "Ask for no producer id; what is sent again may be stored twice");
  command.add_flag("-v,--verbose", to.verbose, "Print where records were stored");
  add_cluster_options(command, to.cluster);
  command.footer(
      "Works with any Kafka cluster since 2.1. --json prints an object for each record: number of "
      "its line, partition, offset, error. `kelp consume --json | kelp produce --format json` "
      "copies a topic.");
}

}  // namespace kelp::cli

#include "cli/consume.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

#include "cli/commands.h"
#include "cli/consume_plan.h"
#include "cli/group_queries.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/record_output.h"
#include "cli/terminal.h"
#include "cli/time_text.h"
#include "client/fetcher.h"

namespace kelp::cli {
namespace {

using client::FetchedRecord;
using client::Isolation;
using client::TopicPartition;

/// Between commits of the group's offsets.
constexpr std::chrono::seconds kCommitInterval{5};
/// How long nothing is looked at when nothing happens.
constexpr std::chrono::milliseconds kLook{1000};

/// Reads, prints, and remembers how far.
class Consumption {
 public:
  Consumption(client::Cluster& cluster, const ConsumeOptions& options, ConsumePlan plan,
              RecordOutput format, Output& output)
      : cluster_(cluster),
        plan_(std::move(plan)),
        group_(options.group),
        left_(options.count.value_or(std::numeric_limits<int64_t>::max())),
        format_(std::move(format)),
        output_(output),
        fetcher_(cluster, plan_.positions, plan_.isolation),
        printed_(plan_.positions) {}

  /// Errors: what ends it before its end.
  Result<void> run() {
    for (const auto& [at, position] : plan_.positions) open_.insert(at);
    close_finished();
    next_commit_ = client::Clock::now() + kCommitInterval;
    auto done = read_on();
    auto committed = commit();
    return done.has_value() ? committed : done;
  }

 private:
  bool is_over() const {
    return open_.empty() || left_ == 0 || output_.is_closed() || interrupt_.came();
  }

  Result<void> read_on() {
    std::vector<int> others{interrupt_.descriptor()};
    if (output_.pipe() >= 0) others.push_back(output_.pipe());
    while (!is_over()) {
      if (auto met = meet_end_time(); !met.has_value()) return met;
      if (is_over()) break;
      auto fetched = fetcher_.next(others, client::Clock::now() + kLook);
      if (!fetched.has_value()) return std::unexpected(std::move(fetched.error()));
      for (const client::Fetched& each : *fetched) {
        if (is_over()) break;
        if (auto done = take(each); !done.has_value()) return done;
      }
      output_.look_for_reader();
      if (client::Clock::now() >= next_commit_) {
        // A coordinator that moves is there again for the next one.
        if (auto done = commit(); !done.has_value()) {
          complain(kFailure, client::words_of(done.error()));
        }
      }
    }
    return {};
  }

  /// --until TIME, once it has come.
  Result<void> meet_end_time() {
    if (!plan_.end_time_ms.has_value() || now_ms() < *plan_.end_time_ms) return {};
    const PlaceInLog place{PlaceInLog::Kind::time, *plan_.end_time_ms};
    auto ends = find_places(cluster_, plan_.positions, place, plan_.isolation);
    if (!ends.has_value()) return std::unexpected(std::move(ends.error()));
    plan_.ends = *std::move(ends);
    plan_.ends_are_there = true;
    plan_.end_time_ms.reset();
    close_finished();
    return {};
  }

  void close_finished() {
    for (const auto& [at, end] : plan_.ends) {
      if (plan_.positions.at(at) >= end) close(at);
    }
  }

  void close(const TopicPartition& at) {
    open_.erase(at);
    fetcher_.remove(at);
  }

  Result<void> take(const client::Fetched& fetched) {
    if (fetched.data.error_code == ErrorCode::offset_out_of_range)
      return go_where_there_is(fetched);
    const auto end = plan_.ends.find(fetched.at);
    std::string text;
    Result<void> written;
    const auto visit = [&](const FetchedRecord& record) {
      if (end != plan_.ends.end() && record.offset >= end->second) return false;
      text.clear();
      format_.append(text, fetched.at, record);
      written = output_.write(text);
      return --left_ > 0 && written.has_value() && !output_.is_closed();
    };
    auto position = client::visit_records(fetched.data, fetched.position, plan_.isolation, visit);
    if (auto flushed = output_.flush(); written.has_value()) written = std::move(flushed);
    if (!written.has_value()) return written;
    if (!position.has_value()) {
      position.error().what =
          fmt::format("{}:{}: {}", fetched.at.topic, fetched.at.partition, position.error().what);
      return std::unexpected(std::move(position.error()));
    }
    // The record that showed the end was not printed.
    if (end != plan_.ends.end()) *position = std::min(*position, end->second);
    plan_.positions[fetched.at] = *position;
    if (!output_.is_closed()) printed_[fetched.at] = *position;
    fetcher_.set_position(fetched.at, *position);
    if (end == plan_.ends.end()) return {};
    // What was to be read may be gone: a log that lost its end ends before.
    const int64_t log_end = plan_.isolation == Isolation::read_committed
                                ? fetched.data.last_stable_offset
                                : fetched.data.high_watermark;
    const bool is_short =
        plan_.ends_are_there && fetched.data.records.size() == 0 && *position >= log_end;
    if (*position >= end->second || is_short) close(fetched.at);
    return {};
  }

  /// The position is gone by retention, or the log lost its end.
  Result<void> go_where_there_is(const client::Fetched& fetched) {
    const TopicPartition& at = fetched.at;
    const PlaceInLog place{PlaceInLog::Kind::offset, fetched.position};
    const auto found = find_places(cluster_, {{at, 0}}, place, plan_.isolation);
    if (!found.has_value()) return std::unexpected(found.error());
    const int64_t position = found->at(at);
    fmt::print(stderr, "{}:{} has no offset {} any more: {} is its nearest end.\n",
               for_terminal(at.topic), at.partition, fetched.position, position);
    plan_.positions[at] = position;
    fetcher_.set_position(at, position);
    close_finished();
    return {};
  }

  /// Of what was printed.
  Result<void> commit() {
    next_commit_ = client::Clock::now() + kCommitInterval;
    if (group_.empty() || printed_ == committed_) return {};
    auto errors = commit_offsets(cluster_, group_, printed_);
    // A connection that was idle may be lost without our knowing; then there is another one now.
    if (!errors.has_value()) errors = commit_offsets(cluster_, group_, printed_);
    if (!errors.has_value()) return std::unexpected(errors.error());
    for (const auto& [at, error] : *errors) {
      if (error == ErrorCode::none) continue;
      return fail(ErrorKind::io, fmt::format("group '{}': {}:{} was not committed: {}", group_,
                                             at.topic, at.partition, explain(error)));
    }
    committed_ = printed_;
    return {};
  }

  client::Cluster& cluster_;
  ConsumePlan plan_;
  std::string group_;
  int64_t left_;
  RecordOutput format_;
  Output& output_;
  Interrupt interrupt_;
  client::Fetcher fetcher_;
  std::set<TopicPartition> open_;  // that have not reached their end
  Offsets printed_;
  Offsets committed_;
  client::Deadline next_commit_;
};

Result<RecordOutput> parse_format(const ConsumeOptions& options) {
  const std::string& format = options.format;
  if (options.template_text.has_value()) {
    return RecordOutput::by_template(*options.template_text, options.null_text);
  }
  if (options.cluster.json || format == "json") return RecordOutput::json();
  if (format != "text" && format != "hex") {
    return fail(ErrorKind::invalid, fmt::format("'{}' is neither text, hex nor json", format));
  }
  RecordOutput::Columns columns;
  columns.timestamp = options.timestamps;
  columns.offset = options.offsets;
  columns.headers = options.headers;
  columns.key_separator = options.key_separator;
  return RecordOutput::text(std::move(columns), options.null_text, format == "hex");
}

}  // namespace

int consume(const ConsumeOptions& options) {
  auto format = parse_format(options);
  if (!format.has_value()) return complain(format.error());
  const auto request = parse_request(options);
  if (!request.has_value()) return complain(request.error());
  Output output;
  if (output.is_terminal()) format->for_terminal();
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  auto plan = plan_consumption(*cluster, *request);
  if (!plan.has_value()) return complain(kFailure, client::words_of(plan.error()));
  Consumption consumption(*cluster, options, *std::move(plan), *std::move(format), output);
  const auto done = consumption.run();
  if (!done.has_value()) return complain(kFailure, client::words_of(done.error()));
  return 0;
}

void add_consume_command(CLI::App& app, Action& action) {
  CLI::App& command =
      *app.add_subcommand("consume", "Print the records of topics, and wait for more");
  auto& to = make_action<ConsumeOptions>(command, action, consume);
  command.add_option("TOPIC", to.topics, "Topics, or some of their partitions: TOPIC:0,3")
      ->required();
  command
      .add_option("--from", to.from,
                  "Where to begin: beginning (the default), end, an offset, -N for the last N of "
                  "each partition, a time, a duration ago (PT15M)")
      ->type_name("PLACE");
  auto* until = command.add_option("--until", to.until, "Where to end: as --from; exclusive")
                    ->type_name("PLACE");
  command.add_flag("-e,--exit-at-end", to.exit_at_end, "End where the log ends now (--until end)")
      ->excludes(until);
  command.add_option("-n,--count", to.count, "End after so many records")
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, std::numeric_limits<int64_t>::max()));
  command
      .add_option("-g,--group", to.group,
                  "Begin at the group's offsets, where it has them, and commit; the group must "
                  "have no members")
      ->type_name("GROUP");
  command.add_option("--isolation", to.isolation, "read_uncommitted (the default), read_committed")
      ->type_name("LEVEL");
  auto* format = command.add_option("--format", to.format, "text (the default), hex, json")
                     ->type_name("FORMAT");
  command
      .add_option("--template", to.template_text,
                  "Print by it: %t topic, %p partition, %o offset, %T timestamp, %k key, %s value, "
                  "%K %S their lengths, %h headers, \\n, \\t, \\xNN")
      ->type_name("TEXT")
      ->excludes(format);
  command
      .add_option("-K,--key-separator", to.key_separator, "Print keys too, with this behind them")
      ->type_name("TEXT");
  command.add_flag("--timestamps", to.timestamps, "Print timestamps too");
  command.add_flag("--offsets", to.offsets, "Print TOPIC:PARTITION:OFFSET too");
  command.add_flag("--headers", to.headers, "Print headers too: NAME=VALUE,…");
  command.add_option("--null", to.null_text, "What stands for a null key or value; default null")
      ->type_name("TEXT");
  add_cluster_options(command, to.cluster);
  command.footer(
      "Works with any Kafka cluster since 2.1. --json is --format json: one object for each "
      "record, which `kelp produce --format json` takes.");
}

}  // namespace kelp::cli

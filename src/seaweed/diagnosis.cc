#include "seaweed/diagnosis.h"

#include <algorithm>
#include <chrono>

#include "seaweed/object_format.h"
#include "seaweed/store.h"
#include "seaweed/token.h"

namespace kelp::seaweed {
namespace {

using engine::SeaweedFinding;
using Level = SeaweedFinding::Level;

/// What this engine was tried against; seaweedmq.md is about it.
constexpr std::string_view kTriedVersion = "4.48";
constexpr int kProbes = 5;
/// Above these a producer with acks=all notices the cluster more than anything of ours.
constexpr double kSlowSyncMs = 20, kSlowEntryMs = 10;

class Diagnosis {
 public:
  explicit Diagnosis(const SeaweedOptions& options) : options_(options) {
    options_.start_timeout_ms = 0;  // what does not answer now is a finding
  }

  std::vector<SeaweedFinding> run() {
    look_at_masters();
    const auto filer = find_filer(options_);
    const auto credentials = credentials_of(options_);
    if (!filer.has_value() || !credentials.has_value()) {
      add(Level::bad, (!filer.has_value() ? filer.error() : credentials.error()).text());
      return std::move(findings_);
    }
    store_ = std::make_unique<Store>(*filer, options_, *credentials);
    look_at_filer();
    try_entries();
    try_files();
    return std::move(findings_);
  }

 private:
  void add(Level level, std::string words) { findings_.push_back({level, std::move(words)}); }

  void look_at_masters() {
    if (options_.masters.empty()) return;
    const auto view = look_at_cluster(options_);
    if (!view.has_value()) return add(Level::bad, view.error().text());
    add(Level::good, fmt::format("master: {} leads; default replication {}", view->leader,
                                 view->default_replication));
    for (const auto& filer : view->filers) {
      add(Level::good, fmt::format("filer {} of version {}", filer.address, filer.version));
    }
    if (view->filers.size() > 1) {
      add(Level::doubtful,
          "several filers: compare-and-set holds per filer unless they share one "
          "store; set seaweed.filer, or give each group one filer");
    }
    if (view->brokers.size() > 1) {
      add(Level::bad, fmt::format("{} message brokers in this filer group: SeaweedMQ's second "
                                  "broker dies on ordinary traffic; keep one",
                                  view->brokers.size()));
    } else if (view->brokers.empty()) {
      add(Level::good, "no message broker: fine for Kelp's own topics");
    } else {
      add(Level::good, fmt::format("message broker {}", view->brokers.front().address));
    }
  }

  void look_at_filer() {
    const auto configuration = store_->filer.configuration_blocking();
    if (!configuration.has_value()) return add(Level::bad, configuration.error().text());
    const std::string& version = configuration->version();
    const bool tried = version.find(kTriedVersion) != std::string::npos;
    add(tried ? Level::good : Level::doubtful,
        fmt::format("filer {}: version {}{}", store_->filer.address().http, version,
                    tried ? "" : fmt::format(" (Kelp was tried with {})", kTriedVersion)));
    if (configuration->cipher()) {
      add(Level::bad, "the filer encrypts data: Kelp writes to volumes itself and cannot");
    }
  }

  template <class F>
  std::optional<double> median_ms(std::string_view what, F once) {
    std::vector<double> times;
    for (int i = 0; i < kProbes; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      const Result<void> done = once();
      if (!done.has_value()) {
        add(Level::bad, fmt::format("{}: {}", what, done.error().text()));
        return std::nullopt;
      }
      times.push_back(
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
              .count());
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
  }

  void try_entries() {
    const EntryPath path{options_.root + "/doctor", Uuid::random().text()};
    std::string token = fresh_token(0);
    const auto created = store_->filer.create_blocking(path, {"", token});
    if (!created.has_value()) return add(Level::bad, created.error().text());
    const auto stale = store_->filer.replace_blocking(path, {"", "x"}, "another");
    if (stale.has_value()) {
      add(Level::bad, "the filer's compare-and-set does not hold: this version is too old");
    }
    const auto time = median_ms("compare-and-set of an entry", [&] {
      const std::string before = std::exchange(token, fresh_token(1));
      return store_->filer.replace_blocking(path, {"", token}, before);
    });
    (void)store_->filer.remove_blocking(path);
    if (!time.has_value()) return;
    add(*time > kSlowEntryMs ? Level::doubtful : Level::good,
        fmt::format("compare-and-set of an entry: {:.1f} ms", *time));
  }

  void try_files() {
    const auto assigned = store_->filer.assign_blocking(kProbes + 1);
    if (!assigned.has_value()) return add(Level::bad, assigned.error().text());
    if (!assigned->auth().empty()) {
      add(Level::bad,
          "volume servers want signed tokens (jwt.signing), which Kelp has not: its file "
          "ids are assigned long before they are used");
    }
    const auto run = run_of(*assigned);
    if (!run.has_value()) return add(Level::bad, run.error().text());
    const Slice bytes = Slice::copy_of(std::string(16 << 10, 'k'));
    uint32_t used = 0;
    const auto time = median_ms("a write with fsync", [&] {
      return store_->volumes.write_blocking(file_of(*run, used++), bytes, true);
    });
    if (!time.has_value()) return;
    const auto read = store_->volumes.read_blocking(file_of(*run, 0));
    const bool same = read.has_value() && read->has_value() && **read == bytes;
    for (uint32_t i = 0; i < used; ++i) {
      (void)store_->volumes.remove_blocking(file_of(*run, i));
    }
    if (!same) return add(Level::bad, "what was written to a volume is not what is read from it");
    add(*time > kSlowSyncMs ? Level::doubtful : Level::good,
        fmt::format("16 KiB to volume {} of collection '{}' with fsync: {:.1f} ms", run->volume(),
                    options_.collection, *time));
  }

  SeaweedOptions options_;
  std::unique_ptr<Store> store_;
  std::vector<SeaweedFinding> findings_;
};

}  // namespace

std::vector<engine::SeaweedFinding> diagnose(const SeaweedOptions& options) {
  return Diagnosis(options).run();
}

}  // namespace kelp::seaweed

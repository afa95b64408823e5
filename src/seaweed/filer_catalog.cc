#include "seaweed/filer_catalog.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/log.h"
#include "seaweed/token.h"

namespace kelp::seaweed {
namespace {

constexpr uint32_t kFormat = 1;
constexpr const char* kHeadName = "head";
/// The head is written with each commit: it stays so small, and is folded into a new snapshot then.
constexpr size_t kMaxHeadBytes = 64 << 10;
/// One entry of the filer's store.
constexpr size_t kPieceBytes = 1 << 20;
/// How often other Kelps may come first, and how long the cluster may be away, before a commit is
/// given up.
constexpr std::chrono::seconds kCommitTime{60};
constexpr std::chrono::milliseconds kAttemptAgain{50};
/// Of the mark: a start after a missing one is only slower.
constexpr int kMarkAttempts = 5;

stored::CatalogChange change_of(const std::string& key,
                                const std::optional<engine::Document>& document) {
  stored::CatalogChange change;
  change.set_key(key);
  if (document.has_value()) {
    change.set_version(document->version);
    change.set_body(document->body);
  }
  return change;
}

template <class Changes>
void apply(const Changes& changes, engine::Documents& to) {
  engine::Staged staged;
  for (const stored::CatalogChange& change : changes) {
    auto& document = staged[change.key()];
    document.reset();
    if (change.has_body()) document = engine::Document{change.version(), change.body()};
  }
  to.apply(std::move(staged));
}

}  // namespace

FilerCatalog::FilerCatalog(Filer& filer) : filer_(filer) {}
FilerCatalog::~FilerCatalog() { stop(); }

EntryPath FilerCatalog::path(std::string name) const {
  return {filer_.options().root + "/catalog", std::move(name)};
}

Result<std::unique_ptr<FilerCatalog>> FilerCatalog::open(Filer& filer) {
  std::unique_ptr<FilerCatalog> catalog(new FilerCatalog(filer));
  auto loaded = catalog->load();
  if (!loaded.has_value()) return std::unexpected(std::move(loaded.error()));
  catalog->was_clean_ = catalog->head_.clean();
  auto marked = catalog->write_mark(false);
  if (!marked.has_value()) return std::unexpected(std::move(marked.error()));
  return catalog;
}

Result<void> FilerCatalog::load() {
  auto found = filer_.get_blocking(path(kHeadName));
  if (!found.has_value()) return std::unexpected(std::move(found.error()));
  if (!found->has_value()) {
    stored::CatalogHead fresh;
    fresh.set_format(kFormat);
    fresh.set_clean(true);
    const auto created =
        filer_.create_blocking(path(kHeadName), {fresh.SerializeAsString(), fresh_token(0)});
    // Another one may have begun it at the same time.
    if (!created.has_value() && created.error().kind != ErrorKind::exists) return created;
    found = filer_.get_blocking(path(kHeadName));
    if (!found.has_value()) return std::unexpected(std::move(found.error()));
    if (!found->has_value()) return fail(ErrorKind::io, "the catalog's head is gone again");
  }
  stored::CatalogHead head;
  if (!head.ParseFromString((*found)->content) || head.format() != kFormat) {
    return fail(ErrorKind::malformed, fmt::format("{} is not a catalog of this version (format {})",
                                                  path(kHeadName).text(), head.format()));
  }
  engine::Documents documents;
  auto snapshot = load_snapshot(head, documents);
  if (!snapshot.has_value()) return snapshot;
  apply(head.changes(), documents);
  const std::scoped_lock lock(mutex_);
  documents_ = std::move(documents);
  head_ = std::move(head);
  token_ = std::move((*found)->token);
  return {};
}

Result<void> FilerCatalog::load_snapshot(const stored::CatalogHead& head, engine::Documents& into) {
  std::string text;
  for (const std::string& piece : head.snapshot()) {
    auto found = filer_.get_blocking(path(piece));
    if (!found.has_value()) return std::unexpected(std::move(found.error()));
    if (!found->has_value()) {
      return fail(ErrorKind::malformed, fmt::format("{} is missing", path(piece).text()));
    }
    text += (*found)->content;
  }
  stored::CatalogSnapshot snapshot;
  if (!snapshot.ParseFromString(text)) {
    return fail(ErrorKind::malformed, fmt::format("the snapshot of {}", path(kHeadName).text()));
  }
  apply(snapshot.documents(), into);
  return {};
}

Task<Result<std::optional<engine::Document>>> FilerCatalog::get(std::string key) {
  const std::scoped_lock lock(mutex_);
  co_return documents_.get(key);
}

Task<Result<std::vector<std::pair<std::string, engine::Document>>>> FilerCatalog::list(
    std::string prefix) {
  const std::scoped_lock lock(mutex_);
  co_return documents_.list(prefix);
}

Task<Result<void>> FilerCatalog::commit(std::vector<engine::Change> changes) {
  if (stopping_) co_return fail(ErrorKind::closed, "commit to the catalog");
  Pending self{.changes = std::move(changes), .home = rt::Shard::current()};
  bool start = false;
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(&self);
    start = !std::exchange(working_, true);
  }
  if (start) pool_.submit([this] { work(); });
  co_return co_await self.done;
}

void FilerCatalog::work() {
  for (;;) {
    std::deque<Pending*> pending;
    {
      const std::scoped_lock lock(mutex_);
      pending.swap(waiting_);
      working_ = !pending.empty();
    }
    if (pending.empty()) break;
    write_together(pending);
    for (Pending* one : pending) {
      one->home.post([one] { one->done.complete(std::move(one->outcome)); });
    }
  }
  for (const std::string& name : std::exchange(deletable_, {})) {
    (void)filer_.remove_blocking(path(name));  // a piece that stays costs its bytes, no more
  }
}

void FilerCatalog::write_together(std::deque<Pending*>& pending) {
  const auto give_up = std::chrono::steady_clock::now() + kCommitTime;
  attempts_.clear();
  for (;;) {
    engine::Staged staged;
    for (Pending* one : pending) one->outcome = documents_.stage(staged, one->changes);
    if (staged.empty()) return;
    auto written = try_to_write(staged);
    if (written.has_value()) {
      const std::scoped_lock lock(mutex_);
      documents_.apply(std::move(staged));
      return;
    }
    const bool too_late = stopping_ || std::chrono::steady_clock::now() > give_up;
    if (!too_late) {
      log_warn("catalog: {}: once more", written.error().text());
      std::this_thread::sleep_for(kAttemptAgain);  // a thread of the pool
      const auto loaded = load();
      if (!loaded.has_value()) log_warn("catalog: {}", loaded.error().text());
      // An attempt that nobody answered was done: the documents have it.
      if (std::ranges::find(attempts_, token_) != attempts_.end()) return;
      continue;
    }
    for (Pending* one : pending) {
      if (one->outcome.has_value()) one->outcome = written;
    }
    return;
  }
}

Result<void> FilerCatalog::write_mark(bool clean) {
  if (head_.clean() == clean) return {};
  attempts_.clear();
  Result<void> written;
  for (int attempt = 0; attempt < kMarkAttempts; ++attempt) {
    written = try_to_write({}, clean);
    if (written.has_value()) return written;
    const auto loaded = load();
    if (loaded.has_value() && head_.clean() == clean) return {};
  }
  return written;
}

Task<Result<void>> FilerCatalog::close() {
  auto mark = [this] { return write_mark(true); };
  co_return co_await pool_.run(std::move(mark));
}

Result<void> FilerCatalog::try_to_write(const engine::Staged& staged, bool clean) {
  stored::CatalogHead head = head_;
  head.set_clean(clean);
  for (const auto& [key, document] : staged) *head.add_changes() = change_of(key, document);
  if (head.ByteSizeLong() > kMaxHeadBytes) {
    auto folded = fold(head, staged);
    if (!folded.has_value()) return folded;
  }
  std::string token = fresh_token(++version_);
  attempts_.push_back(token);
  auto written =
      filer_.replace_blocking(path(kHeadName), {head.SerializeAsString(), token}, token_);
  if (!written.has_value()) return written;
  head_ = std::move(head);
  token_ = std::move(token);
  return {};
}

Result<void> FilerCatalog::fold(stored::CatalogHead& head, const engine::Staged& staged) {
  engine::Documents all = documents_;
  all.apply(staged);
  stored::CatalogSnapshot snapshot;
  for (const auto& [key, document] : all.all()) {
    *snapshot.add_documents() = change_of(key, document);
  }
  const std::string text = snapshot.SerializeAsString();
  const std::string name = fmt::format("snapshot-{}", Uuid::random().text());
  const int64_t now_ms = rt::wall_clock_ms();
  for (const std::string& piece : head.snapshot()) {
    stored::Garbage& garbage = *head.add_garbage();
    garbage.set_index(piece);
    garbage.set_since_ms(now_ms);
  }
  head.clear_snapshot();
  head.clear_changes();
  for (size_t from = 0; from < text.size(); from += kPieceBytes) {
    const std::string piece = fmt::format("{}-{}", name, from / kPieceBytes);
    auto stored = filer_.put_blocking(path(piece), {text.substr(from, kPieceBytes), ""});
    if (!stored.has_value()) return stored;
    head.add_snapshot(piece);
  }
  collect(head);
  return {};
}

void FilerCatalog::collect(stored::CatalogHead& head) {
  const int64_t before_ms = rt::wall_clock_ms() - filer_.options().delete_delay_ms;
  stored::CatalogHead kept;
  for (const stored::Garbage& garbage : head.garbage()) {
    if (garbage.since_ms() < before_ms) {
      deletable_.push_back(garbage.index());
    } else {
      *kept.add_garbage() = garbage;
    }
  }
  head.mutable_garbage()->Swap(kept.mutable_garbage());
}

}  // namespace kelp::seaweed

#include "engine/disk/disk_catalog.h"

#include "base/log.h"
#include "engine/disk/catalog_file.h"

namespace kelp::engine::disk {
namespace {

/// The log may be this much longer than what is alive in it: a rewrite then costs less than the
/// writes that made it due, and a small catalog is never rewritten.
constexpr uint64_t kRewriteFactor = 4;
constexpr uint64_t kRewriteBytes = uint64_t{1} << 20;

/// Bounds what a damaged length of the file can make us allocate: 100,000 topics take some 50 MiB.
constexpr uint64_t kMaxCatalogBytes = uint64_t{4} << 30;

}  // namespace

Result<std::unique_ptr<DiskCatalog>> DiskCatalog::open(Store& store) {
  const std::string path = store.layout.catalog();
  const auto bytes = rt::read_file(store.files, path, kMaxCatalogBytes);
  DecodedCatalog decoded;
  if (bytes) {
    auto found = decode_catalog(*bytes);
    if (!found) {
      found.error().what = path + ": " + found.error().what;
      return std::unexpected(found.error());
    }
    if (found->good_until < bytes->size()) {
      log_warn("{}: the last {} bytes are torn and dropped", path,
               bytes->size() - found->good_until);
    }
    decoded = std::move(*found);
  } else if (bytes.error().kind != ErrorKind::not_found) {
    return std::unexpected(bytes.error());
  }
  std::unique_ptr<DiskCatalog> catalog(
      new DiskCatalog(store, std::move(decoded.documents), decoded.good_until));
  catalog->rewrite_if_long();
  return catalog;
}

DiskCatalog::DiskCatalog(Store& store, Documents documents, uint64_t size_bytes)
    : store_(store),
      documents_(std::move(documents)),
      size_bytes_(size_bytes),
      rewrite_at_bytes_(kRewriteBytes) {}

Task<Result<std::optional<Document>>> DiskCatalog::get(std::string key) {
  const std::scoped_lock lock(mutex_);
  co_return documents_.get(key);
}

Task<Result<std::vector<std::pair<std::string, Document>>>> DiskCatalog::list(std::string prefix) {
  const std::scoped_lock lock(mutex_);
  co_return documents_.list(prefix);
}

Task<Result<void>> DiskCatalog::commit(std::vector<Change> changes) {
  if (store_.closed) co_return fail(ErrorKind::closed, "commit to the catalog");
  Pending self{.changes = std::move(changes), .home = rt::Shard::current()};
  bool start = false;
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(&self);
    start = !std::exchange(working_, true);
  }
  if (start) store_.syncers.submit([this] { work(); });
  co_return co_await self.done;
}

void DiskCatalog::work() {
  for (;;) {
    std::deque<Pending*> pending;
    {
      const std::scoped_lock lock(mutex_);
      pending.swap(waiting_);
      working_ = !pending.empty();
    }
    if (pending.empty()) return;
    write_together(pending);
    for (Pending* one : pending) {
      one->home.post([one] { one->done.complete(std::move(one->outcome)); });
    }
    rewrite_if_long();
  }
}

void DiskCatalog::write_together(std::deque<Pending*>& pending) {
  Staged staged;
  for (Pending* one : pending) one->outcome = documents_.stage(staged, std::move(one->changes));
  if (staged.empty()) return;
  const auto written = append(encode_catalog_record(staged));
  if (written) {
    const std::scoped_lock lock(mutex_);
    documents_.apply(std::move(staged));
    return;
  }
  log_error("catalog: {}", written.error().text());
  for (Pending* one : pending) {
    if (one->outcome) one->outcome = written;
  }
}

Result<void> DiskCatalog::open_file() {
  const bool fresh = size_bytes_ == 0;
  const auto file = store_.files.open(store_.layout.catalog(), rt::OpenMode::create);
  if (!file) return std::unexpected(file.error());
  const auto size = store_.files.size(**file);
  if (!size) return std::unexpected(size.error());
  Result<void> done;
  if (*size > size_bytes_) done = store_.files.truncate(**file, size_bytes_);
  if (done && fresh) {
    const std::string header = encode_catalog_header();
    done = store_.files.write(**file, 0, as_bytes(header));
    if (done) size_bytes_ = header.size();
  }
  if (done) done = store_.files.sync_directory(store_.layout.root);
  if (done) done = store_.make_root_durable();
  if (done) file_ = *file;
  return done;
}

Result<void> DiskCatalog::append(const std::string& record) {
  if (failed_) return fail(ErrorKind::io, "the catalog is read-only since a failed sync");
  Result<void> done;
  if (!file_) done = open_file();
  if (!done) return done;
  done = store_.files.write(*file_, size_bytes_, as_bytes(record));
  if (!done) {
    // If this fails too, the next record overwrites what was written.
    (void)store_.files.truncate(*file_, size_bytes_);
    return done;
  }
  done = store_.files.sync(*file_);
  if (!done) {
    failed_ = true;
    return done;
  }
  size_bytes_ += record.size();
  return done;
}

uint64_t DiskCatalog::live_bytes() {
  uint64_t bytes = 0;
  for (const auto& [key, document] : documents_.all()) bytes += key.size() + document.body.size();
  return bytes;
}

void DiskCatalog::rewrite_if_long() {
  if (size_bytes_ <= rewrite_at_bytes_ || failed_) return;
  rewrite_at_bytes_ = kRewriteFactor * live_bytes() + kRewriteBytes;
  if (size_bytes_ <= rewrite_at_bytes_) return;
  Staged everything;
  for (const auto& [key, document] : documents_.all()) everything.emplace(key, document);
  const std::string text = encode_catalog_header() + encode_catalog_record(everything);
  const auto done =
      rt::replace_file(store_.files, store_.layout.catalog(), as_bytes(text), rt::Flush::yes);
  if (!done) {
    log_warn("catalog: rewrite: {}", done.error().text());
    rewrite_at_bytes_ = 2 * size_bytes_;  // not with each commit
    // Which file has the name now is not certain: it is asked at the next commit.
    const auto size = store_.files.size(store_.layout.catalog());
    if (size && *size == size_bytes_) return;
  }
  file_ = nullptr;
  size_bytes_ = text.size();
}

}  // namespace kelp::engine::disk

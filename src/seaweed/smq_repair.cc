#include "seaweed/smq_repair.h"

#include <fmt/format.h>

#include <optional>

#include "base/endian.h"
#include "base/log.h"
#include "seaweed/smq_pieces.h"
#include "smq/paths.h"

namespace kelp::seaweed {
namespace {

using Async = filer_pb::SeaweedFiler::StubInterface::async_interface;

constexpr uint32_t kPage = 1000;
/// A broker that lives flushes once a second: two looks at one file are enough.
constexpr int kTries = 5;

struct NewestFile {
  filer_pb::Entry entry;
  int64_t last = -1;  // offset
};

std::string big_endian(int64_t value) {
  std::string bytes(sizeof value, '\0');
  store_big<int64_t>(reinterpret_cast<uint8_t*>(bytes.data()), value);
  return bytes;
}

/// The newest log file that has entries; nothing for an empty log.
Task<Result<std::optional<NewestFile>>> newest_file(Filer& filer, Volumes& volumes,
                                                    std::string directory) {
  std::vector<filer_pb::Entry> files;
  std::string after;
  for (;;) {
    auto page = co_await filer.list(directory, after, kPage);
    if (!page) co_return std::unexpected(std::move(page.error()));
    const bool is_last = page->size() < kPage;
    if (!is_last) after = page->back().name();
    // Of earlier pages only the end can matter.
    if (files.size() > kPage) files.erase(files.begin(), files.end() - kPage);
    for (filer_pb::Entry& entry : *page) {
      if (smq::log_file_second(entry.name())) files.push_back(std::move(entry));
    }
    if (is_last) break;
  }
  for (; !files.empty(); files.pop_back()) {
    auto pieces = pieces_of(files.back());
    if (!pieces) co_return std::unexpected(std::move(pieces.error()));
    int64_t last = -1;
    for (LogPiece& piece : *pieces) {
      std::string where = directory + "/" + piece.file;
      auto data = co_await load_piece(volumes, std::move(piece), std::move(where));
      if (!data) co_return std::unexpected(std::move(data.error()));
      if (!(*data)->empty()) last = std::max(last, (*data)->last());
    }
    if (last >= 0) co_return NewestFile{std::move(files.back()), last};
  }
  co_return std::nullopt;
}

/// Sets the attributes of a file if it still is what was read: a flush that comes in between must
/// not lose its chunk. conflict: it is another one now.
Task<Result<void>> set_attributes(Filer& filer, std::string directory, NewestFile file) {
  auto& extended = *file.entry.mutable_extended();
  const std::string wanted = big_endian(file.last);
  filer_pb::CreateEntryRequest request;
  request.set_directory(directory);
  auto& clause = *request.mutable_condition()->add_clauses();
  clause.set_kind(filer_pb::WriteCondition::IF_ENTRY_EQUAL);
  *clause.mutable_expected_entry() = file.entry;
  extended["offset_min"] = wanted;
  extended["offset_max"] = wanted;
  const std::string about = directory + "/" + file.entry.name();
  *request.mutable_entry() = std::move(file.entry);
  const auto stub = filer_pb::SeaweedFiler::NewStub(filer.channel());
  const CallSite site{filer.guard(), "CreateEntry", about};
  auto answer = co_await run_call(site, stub->async(), &Async::CreateEntry, std::move(request));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  if (answer->error_code() == filer_pb::PRECONDITION_FAILED) {
    co_return fail(ErrorKind::conflict, about + ": changed while it was looked at");
  }
  if (answer->error_code() != filer_pb::OK || !answer->error().empty()) {
    co_return fail(ErrorKind::io, fmt::format("{}: {}", about, answer->error()));
  }
  co_return Result<void>();
}

bool has_attributes(const NewestFile& file) {
  const auto& extended = file.entry.extended();
  const auto min = extended.find("offset_min");
  const auto max = extended.find("offset_max");
  const std::string wanted = big_endian(file.last);
  return min != extended.end() && max != extended.end() && max->second == wanted;
}

}  // namespace

Task<Result<int64_t>> repair_partition(Filer& filer, Volumes& volumes, std::string directory) {
  int64_t last = -1;
  Result<void> written;
  for (int tries = 0; tries < kTries; ++tries) {
    auto newest = co_await newest_file(filer, volumes, directory);
    if (!newest) co_return std::unexpected(std::move(newest.error()));
    if (!newest->has_value()) co_return -1;
    last = (*newest)->last;
    written = Result<void>();
    if (!has_attributes(**newest)) {
      written = co_await set_attributes(filer, directory, std::move(**newest));
    }
    if (written || written.error().kind != ErrorKind::conflict) break;
  }
  if (!written) co_return std::unexpected(std::move(written.error()));
  EntryPath checkpoint{directory, std::string(smq::kCheckpointFile)};
  auto before = co_await filer.get(checkpoint);
  if (!before) co_return std::unexpected(std::move(before.error()));
  const std::string wanted = big_endian(last);
  if (before->has_value() && (*before)->content == wanted) co_return last;
  StoredEntry entry;
  entry.content = wanted;
  auto put = co_await filer.put(std::move(checkpoint), std::move(entry));
  if (!put) co_return std::unexpected(std::move(put.error()));
  co_return last;
}

}  // namespace kelp::seaweed

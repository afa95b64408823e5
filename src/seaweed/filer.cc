#include "seaweed/filer.h"

#include <fmt/format.h>

#include <ctime>

namespace kelp::seaweed {
namespace {

using Async = filer_pb::SeaweedFiler::StubInterface::async_interface;

constexpr uint32_t kFileMode = 0660;
/// What one list may bring, whatever is asked for.
constexpr uint32_t kMaxListed = 10'000;

template <class Response>
Result<Response> judged(Result<Response> answer, std::string_view call, const EntryPath& path) {
  if (!answer.has_value()) return answer;
  const auto said = [&](ErrorKind kind) -> Result<Response> {
    return fail(kind, fmt::format("{} {}: {}", call, path.text(), answer->error()));
  };
  if constexpr (requires { answer->error_code(); }) {
    switch (answer->error_code()) {
      case filer_pb::OK:
        break;
      case filer_pb::ENTRY_ALREADY_EXISTS:
        return said(ErrorKind::exists);
      case filer_pb::PRECONDITION_FAILED:
        return said(ErrorKind::conflict);
      default:
        return said(ErrorKind::invalid);
    }
  }
  if (!answer->error().empty()) return said(ErrorKind::io);
  return answer;
}

filer_pb::Entry entry_of(const EntryPath& path, StoredEntry stored) {
  filer_pb::Entry entry;
  entry.set_name(path.name);
  auto& attributes = *entry.mutable_attributes();
  const int64_t now_s = std::time(nullptr);
  attributes.set_crtime(now_s);
  attributes.set_mtime(now_s);
  attributes.set_file_mode(kFileMode);
  attributes.set_file_size(stored.content.size());
  (*entry.mutable_extended())[std::string(kTokenAttribute)] = std::move(stored.token);
  entry.set_content(std::move(stored.content));
  return entry;
}

/// The filer says UNKNOWN with words, or NOT_FOUND, when there is no such entry.
bool is_absent(const Error& error) {
  return error.kind == ErrorKind::not_found ||
         error.what.find("no entry is found") != std::string::npos;
}

filer_pb::LookupDirectoryEntryRequest lookup_request(const EntryPath& path) {
  filer_pb::LookupDirectoryEntryRequest request;
  request.set_directory(path.directory);
  request.set_name(path.name);
  return request;
}

Result<std::optional<filer_pb::Entry>> found(
    Result<filer_pb::LookupDirectoryEntryResponse> answer) {
  if (answer.has_value()) {
    if (!answer->has_entry()) return std::nullopt;
    return std::move(*answer->mutable_entry());
  }
  if (is_absent(answer.error())) return std::nullopt;
  return std::unexpected(std::move(answer.error()));
}

Result<std::optional<StoredEntry>> stored(Result<std::optional<filer_pb::Entry>> entry) {
  if (!entry.has_value()) return std::unexpected(std::move(entry.error()));
  if (!entry->has_value()) return std::nullopt;
  StoredEntry result;
  result.content = std::move(*(*entry)->mutable_content());
  const auto& extended = (*entry)->extended();
  const auto token = extended.find(std::string(kTokenAttribute));
  if (token != extended.end()) result.token = token->second;
  return result;
}

/// Gathers what a stream brings, and tells its shard when it has ended.
class Listing final : public grpc::ClientReadReactor<filer_pb::ListEntriesResponse> {
 public:
  Listing(filer_pb::SeaweedFiler::Stub& stub, CallGuard& guard,
          filer_pb::ListEntriesRequest request)
      : guard_(guard), request_(std::move(request)), home_(rt::Shard::current()) {
    context_.set_wait_for_ready(true);
    context_.set_deadline(std::chrono::system_clock::now() + kCallTime);
    if (!guard_.enter(&context_)) {
      done_.complete(grpc::Status(grpc::StatusCode::CANCELLED, "the engine is closed"));
      return;
    }
    stub.async()->ListEntries(&context_, &request_, this);
    StartRead(&one_);
    StartCall();
  }

  void OnReadDone(bool good) override {
    if (!good) return;
    entries_.push_back(std::move(*one_.mutable_entry()));
    one_.Clear();
    StartRead(&one_);
  }
  void OnDone(const grpc::Status& status) override {
    count_call("ListEntries", begun_, !status.ok());
    CallGuard& guard = guard_;
    grpc::ClientContext* context = &context_;
    home_.post([this, status] { done_.complete(status); });  // this is gone soon
    guard.leave(context);
  }

  rt::Completion<grpc::Status>& done() { return done_; }
  std::vector<filer_pb::Entry> take() { return std::move(entries_); }

 private:
  CallGuard& guard_;
  grpc::ClientContext context_;
  filer_pb::ListEntriesRequest request_;
  filer_pb::ListEntriesResponse one_;
  std::vector<filer_pb::Entry> entries_;
  rt::Shard& home_;
  rt::Completion<grpc::Status> done_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

Result<std::string> location(Result<filer_pb::LookupVolumeResponse> answer, uint32_t volume) {
  if (!answer.has_value()) return std::unexpected(std::move(answer.error()));
  const auto found = answer->locations_map().find(fmt::format("{}", volume));
  if (found == answer->locations_map().end() || found->second.locations_size() == 0) {
    return fail(ErrorKind::not_found, fmt::format("no volume server has volume {}", volume));
  }
  return found->second.locations(0).url();
}

filer_pb::LookupVolumeRequest locate_request(uint32_t volume) {
  filer_pb::LookupVolumeRequest request;
  request.add_volume_ids(fmt::format("{}", volume));
  return request;
}

}  // namespace

std::string escaped_name(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || (c == '.' && i > 0);
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<uint8_t>(c));
    }
  }
  return out;
}

Filer::Filer(const ServerAddress& address, const SeaweedOptions& options,
             std::shared_ptr<grpc::ChannelCredentials> credentials)
    : address_(address),
      options_(options),
      channel_(channel_to(address.grpc, std::move(credentials))),
      stub_(filer_pb::SeaweedFiler::NewStub(channel_)) {}

Filer::~Filer() { guard_.close(); }

Task<Result<std::optional<filer_pb::Entry>>> Filer::lookup(EntryPath path) {
  const std::string about = path.text();
  const CallSite site{guard_, "LookupDirectoryEntry", about};
  co_return found(
      co_await run_call(site, stub_->async(), &Async::LookupDirectoryEntry, lookup_request(path)));
}

Task<Result<std::optional<StoredEntry>>> Filer::get(EntryPath path) {
  co_return stored(co_await lookup(std::move(path)));
}

Result<std::optional<StoredEntry>> Filer::get_blocking(EntryPath path) {
  const std::string about = path.text();
  const CallSite site{guard_, "LookupDirectoryEntry", about};
  return stored(found(
      block_on_call(site, stub_->async(), &Async::LookupDirectoryEntry, lookup_request(path))));
}

namespace {

filer_pb::CreateEntryRequest creation(const EntryPath& path, StoredEntry entry, bool exclusive) {
  filer_pb::CreateEntryRequest request;
  request.set_directory(path.directory);
  request.set_o_excl(exclusive);
  *request.mutable_entry() = entry_of(path, std::move(entry));
  return request;
}

template <class Response>
Result<void> without_value(Result<Response> answer) {
  if (!answer.has_value()) return std::unexpected(std::move(answer.error()));
  return {};
}

}  // namespace

Task<Result<void>> Filer::create(EntryPath path, StoredEntry entry) {
  const std::string about = path.text();
  const CallSite site{guard_, "CreateEntry", about};
  auto answer = co_await run_call(site, stub_->async(), &Async::CreateEntry,
                                  creation(path, std::move(entry), true));
  co_return without_value(judged(std::move(answer), site.name, path));
}

Result<void> Filer::create_blocking(EntryPath path, StoredEntry entry) {
  const std::string about = path.text();
  const CallSite site{guard_, "CreateEntry", about};
  return without_value(judged(block_on_call(site, stub_->async(), &Async::CreateEntry,
                                            creation(path, std::move(entry), true)),
                              site.name, path));
}

Task<Result<void>> Filer::put(EntryPath path, StoredEntry entry) {
  const std::string about = path.text();
  const CallSite site{guard_, "CreateEntry", about};
  auto answer = co_await run_call(site, stub_->async(), &Async::CreateEntry,
                                  creation(path, std::move(entry), false));
  co_return without_value(judged(std::move(answer), site.name, path));
}

Result<void> Filer::put_blocking(EntryPath path, StoredEntry entry) {
  const std::string about = path.text();
  const CallSite site{guard_, "CreateEntry", about};
  return without_value(judged(block_on_call(site, stub_->async(), &Async::CreateEntry,
                                            creation(path, std::move(entry), false)),
                              site.name, path));
}

namespace {

filer_pb::UpdateEntryRequest replacement(const EntryPath& path, StoredEntry entry,
                                         std::string expected) {
  filer_pb::UpdateEntryRequest request;
  request.set_directory(path.directory);
  *request.mutable_entry() = entry_of(path, std::move(entry));
  (*request.mutable_expected_extended())[std::string(kTokenAttribute)] = std::move(expected);
  return request;
}

Result<void> replaced(Result<filer_pb::UpdateEntryResponse> answer) {
  if (!answer.has_value() && is_absent(answer.error())) {
    answer.error().kind = ErrorKind::not_found;
  }
  return without_value(std::move(answer));
}

filer_pb::DeleteEntryRequest deletion(const EntryPath& path, bool recursive) {
  filer_pb::DeleteEntryRequest request;
  request.set_directory(path.directory);
  request.set_name(path.name);
  request.set_is_delete_data(true);
  request.set_is_recursive(recursive);
  request.set_ignore_recursive_error(recursive);
  return request;
}

Result<void> deleted(Result<filer_pb::DeleteEntryResponse> answer, std::string_view call,
                     const EntryPath& path) {
  auto outcome = without_value(judged(std::move(answer), call, path));
  if (!outcome.has_value() && is_absent(outcome.error())) return {};
  return outcome;
}

}  // namespace

Task<Result<void>> Filer::replace(EntryPath path, StoredEntry entry, std::string expected) {
  const std::string about = path.text();
  const CallSite site{guard_, "UpdateEntry", about};
  auto answer = co_await run_call(site, stub_->async(), &Async::UpdateEntry,
                                  replacement(path, std::move(entry), std::move(expected)));
  co_return replaced(std::move(answer));
}

Result<void> Filer::replace_blocking(EntryPath path, StoredEntry entry, std::string expected) {
  const std::string about = path.text();
  const CallSite site{guard_, "UpdateEntry", about};
  return replaced(block_on_call(site, stub_->async(), &Async::UpdateEntry,
                                replacement(path, std::move(entry), std::move(expected))));
}

Task<Result<void>> Filer::remove(EntryPath path, bool recursive) {
  const std::string about = path.text();
  const CallSite site{guard_, "DeleteEntry", about};
  auto answer =
      co_await run_call(site, stub_->async(), &Async::DeleteEntry, deletion(path, recursive));
  co_return deleted(std::move(answer), site.name, path);
}

Result<void> Filer::remove_blocking(EntryPath path) {
  const std::string about = path.text();
  const CallSite site{guard_, "DeleteEntry", about};
  return deleted(block_on_call(site, stub_->async(), &Async::DeleteEntry, deletion(path, false)),
                 site.name, path);
}

Task<Result<std::vector<filer_pb::Entry>>> Filer::list(std::string directory, std::string after,
                                                       uint32_t limit) {
  filer_pb::ListEntriesRequest request;
  request.set_directory(directory);
  request.set_start_from_file_name(std::move(after));
  request.set_limit(std::min(limit, kMaxListed));
  Listing listing(*stub_, guard_, std::move(request));
  rt::Completion<grpc::Status>& done = listing.done();
  const grpc::Status status = co_await done;
  auto outcome = outcome_of(status, fmt::format("ListEntries {}", directory));
  if (!outcome.has_value()) {
    if (is_absent(outcome.error())) co_return std::vector<filer_pb::Entry>();
    co_return std::unexpected(std::move(outcome.error()));
  }
  co_return listing.take();
}

filer_pb::AssignVolumeRequest Filer::assignment(uint32_t count) const {
  filer_pb::AssignVolumeRequest request;
  request.set_count(static_cast<int32_t>(count));
  request.set_collection(options_.collection);
  request.set_replication(options_.replication);
  request.set_path(options_.root);
  return request;
}

Task<Result<filer_pb::AssignVolumeResponse>> Filer::assign(uint32_t count) {
  const CallSite site{guard_, "AssignVolume", options_.collection};
  auto answer = co_await run_call(site, stub_->async(), &Async::AssignVolume, assignment(count));
  EntryPath about{options_.root, ""};
  co_return judged(std::move(answer), site.name, about);
}

Result<filer_pb::AssignVolumeResponse> Filer::assign_blocking(uint32_t count) {
  const CallSite site{guard_, "AssignVolume", options_.collection};
  return judged(block_on_call(site, stub_->async(), &Async::AssignVolume, assignment(count)),
                site.name, {options_.root, ""});
}

Task<Result<std::string>> Filer::locate(uint32_t volume) {
  const CallSite site{guard_, "LookupVolume", options_.collection};
  auto answer =
      co_await run_call(site, stub_->async(), &Async::LookupVolume, locate_request(volume));
  co_return location(std::move(answer), volume);
}

Result<std::string> Filer::locate_blocking(uint32_t volume) {
  const CallSite site{guard_, "LookupVolume", options_.collection};
  return location(block_on_call(site, stub_->async(), &Async::LookupVolume, locate_request(volume)),
                  volume);
}

Result<filer_pb::GetFilerConfigurationResponse> Filer::configuration_blocking() {
  const CallSite site{guard_, "GetFilerConfiguration", address_.grpc};
  return block_on_call(site, stub_->async(), &Async::GetFilerConfiguration,
                       filer_pb::GetFilerConfigurationRequest());
}

}  // namespace kelp::seaweed

#include "seaweed/volumes.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace kelp::seaweed {
namespace {

/// Writes and reads of one engine at the same time. A volume server syncs one after the other per
/// volume, and more only wait there.
constexpr unsigned kThreads = 8;
constexpr long kConnectMs = 3'000;
/// One file of at most kMaxFileBytes; a disk that takes longer is as good as gone.
constexpr long kCallMs = 30'000;
/// The largest batch that a topic may take (max.message.bytes is an int) does not occur; what our
/// objects hold is bounded by the size of a request.
constexpr size_t kMaxFileBytes = size_t{256} << 20;

/// Once per process, before any thread of ours uses it.
void initialise() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  KELP_ASSERT(done == CURLE_OK);
}

/// A call of an engine that is stopped ends soon.
int on_progress(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<std::atomic<bool>*>(context)->load() ? 1 : 0;
}

struct Upload {
  Bytes rest;
};
size_t on_upload(char* to, size_t size, size_t count, void* context) {
  auto& upload = *static_cast<Upload*>(context);
  const size_t n = std::min(size * count, upload.rest.size());
  std::memcpy(to, upload.rest.data(), n);
  upload.rest = upload.rest.subspan(n);
  return n;
}

int on_rewind(void* context, curl_off_t offset, int origin) {
  auto& all = *static_cast<std::pair<Upload, Bytes>*>(context);
  if (origin != SEEK_SET || offset < 0 || static_cast<size_t>(offset) > all.second.size()) {
    return CURL_SEEKFUNC_FAIL;
  }
  all.first.rest = all.second.subspan(static_cast<size_t>(offset));
  return CURL_SEEKFUNC_OK;
}

/// What comes, into memory of the size that the head told, if it told one.
struct Download {
  CURL* curl;
  Buffer buffer;
  size_t size = 0;
  bool too_large = false;
};
size_t on_download(char* from, size_t size, size_t count, void* context) {
  auto& download = *static_cast<Download*>(context);
  const size_t n = size * count;
  if (download.size + n > kMaxFileBytes) {
    download.too_large = true;
    return 0;
  }
  if (download.size + n > download.buffer.size()) {
    curl_off_t told = -1;
    curl_easy_getinfo(download.curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &told);
    size_t room = std::max<size_t>(download.size + n, 2 * download.buffer.size());
    if (told > 0) room = std::max(room, std::min(static_cast<size_t>(told), kMaxFileBytes));
    Buffer larger(room);
    if (download.size > 0) std::memcpy(larger.data(), download.buffer.data(), download.size);
    download.buffer = std::move(larger);
  }
  std::memcpy(download.buffer.data() + download.size, from, n);
  download.size += n;
  return n;
}

}  // namespace

std::string FileId::text() const { return fmt::format("{},{:x}{:08x}", volume, key, cookie); }

Result<FileId> parse_file_id(std::string_view text) {
  const auto bad = [&] { return fail(ErrorKind::malformed, fmt::format("file id '{}'", text)); };
  constexpr size_t kCookieDigits = 8;
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) return bad();
  const std::string_view rest = text.substr(comma + 1);
  if (rest.size() <= kCookieDigits) return bad();
  FileId id;
  const auto number = [](std::string_view digits, auto& into, int base) {
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), into, base);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  if (!number(text.substr(0, comma), id.volume, 10) ||
      !number(rest.substr(0, rest.size() - kCookieDigits), id.key, 16) ||
      !number(rest.substr(rest.size() - kCookieDigits), id.cookie, 16)) {
    return bad();
  }
  return id;
}

/// A connection that is kept from one call to the next.
struct Volumes::Http {
  Http() : curl(curl_easy_init()) { KELP_ASSERT(curl != nullptr); }
  ~Http() { curl_easy_cleanup(curl); }
  Http(const Http&) = delete;
  Http& operator=(const Http&) = delete;
  CURL* curl;
};

struct Volumes::Wanted {
  std::string_view method;
  std::string_view query = {};
  Slice body = {};
};

Volumes::Volumes(Filer& filer) : filer_(filer), pool_(kThreads) { initialise(); }
Volumes::~Volumes() { stop(); }

void Volumes::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  ended_.wait(lock, [this] { return under_way_ == 0; });
}

std::unique_ptr<Volumes::Http> Volumes::take_connection() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::make_unique<Http>();
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Volumes::give_back(std::unique_ptr<Http> connection) {
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < kThreads) idle_.push_back(std::move(connection));
}

void Volumes::learn(uint32_t volume, std::string server) {
  const std::scoped_lock lock(mutex_);
  servers_[volume] = std::move(server);
}

void Volumes::forget(uint32_t volume) {
  const std::scoped_lock lock(mutex_);
  servers_.erase(volume);
}

Result<std::string> Volumes::server_of(uint32_t volume) {
  {
    const std::scoped_lock lock(mutex_);
    const auto known = servers_.find(volume);
    if (known != servers_.end()) return known->second;
  }
  auto found = filer_.locate_blocking(volume);
  if (found.has_value()) learn(volume, *found);
  return found;
}

Result<Volumes::Answer> Volumes::perform(FileId file, const Wanted& wanted) {
  if (stopping_) return fail(ErrorKind::closed, "the engine is closed");
  auto server = server_of(file.volume);
  if (!server.has_value()) return std::unexpected(std::move(server.error()));
  auto connection = take_connection();
  CURL* curl = connection->curl;
  curl_easy_reset(curl);
  const std::string url = fmt::format("http://{}/{}{}", *server, file.text(), wanted.query);
  const auto begun = std::chrono::steady_clock::now();
  Download download{.curl = curl, .buffer = {}};
  std::pair<Upload, Bytes> upload{{wanted.body.bytes()}, wanted.body.bytes()};
  // Its own "Expect: 100-continue" would cost a round trip.
  curl_slist* heads = curl_slist_append(nullptr, "Expect:");
  heads = curl_slist_append(heads, "Content-Type: application/octet-stream");
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, heads);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");  // never by the environment's
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kCallMs);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopping_);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_download);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &download);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, std::string(wanted.method).c_str());
  if (wanted.method == "PUT") {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(wanted.body.size()));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_upload);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload.first);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_rewind);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, &upload);
  } else {
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 256L * 1024);
  }
  const CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(heads);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  count_call(fmt::format("volume {}", wanted.method), begun, code != CURLE_OK || status >= 500);
  if (code != CURLE_OK) {
    forget(file.volume);  // it may be elsewhere by now
    const ErrorKind kind = download.too_large                 ? ErrorKind::too_large
                           : code == CURLE_OPERATION_TIMEDOUT ? ErrorKind::timed_out
                                                              : ErrorKind::io;
    return fail(kind, fmt::format("{} {}: {}", wanted.method, url, curl_easy_strerror(code)));
  }
  give_back(std::move(connection));
  Answer answer;
  answer.status = static_cast<int>(status);
  if (download.size > 0) answer.body = download.buffer.slice(0, download.size);
  return answer;
}

namespace {

constexpr int kNotFound = 404;

/// A master that was killed gives keys again that it had assigned and nobody had written: then one
/// with another cookie may be there. "mismatching cookie", "File Random Cookie does not match."
bool is_of_another(std::string_view said) {
  return said.find("mismatching cookie") != said.npos ||
         said.find("Cookie does not match") != said.npos;
}

template <class Answer>
std::unexpected<Error> refused(const Answer& answer, std::string_view call, FileId file) {
  constexpr size_t kWords = 200;  // of what the server says
  const std::string_view said = answer.body.text().substr(0, kWords);
  // "volume 3 is read only", "Volume Size 32 GB exceeded", "no space left on device"
  const bool full = said.find("read only") != said.npos || said.find("exceed") != said.npos ||
                    said.find("no space") != said.npos || said.find("read-only") != said.npos;
  if (is_of_another(said)) {
    return fail(ErrorKind::conflict,
                fmt::format("{} {}: it is somebody else's", call, file.text()));
  }
  return fail(full ? ErrorKind::no_space : ErrorKind::io,
              fmt::format("{} {}: HTTP {} {}", call, file.text(), answer.status, said));
}

}  // namespace

Result<void> Volumes::write_blocking(FileId file, Slice bytes, bool synced) {
  const Wanted wanted{"PUT", synced ? "?fsync=true" : "", std::move(bytes)};
  auto answer = perform(file, wanted);
  if (!answer.has_value()) return std::unexpected(std::move(answer.error()));
  if (answer->status / 100 == 2) return {};
  if (answer->status == kNotFound) forget(file.volume);
  return refused(*answer, "write", file);
}

Result<std::optional<Slice>> Volumes::read_blocking(FileId file) {
  const Wanted wanted{"GET"};
  auto answer = perform(file, wanted);
  if (!answer.has_value()) return std::unexpected(std::move(answer.error()));
  if (answer->status / 100 == 2) return answer->body;
  if (answer->status == kNotFound) return std::nullopt;
  return refused(*answer, "read", file);
}

Result<void> Volumes::remove_blocking(FileId file) {
  const Wanted wanted{"DELETE"};
  auto answer = perform(file, wanted);
  if (!answer.has_value()) return std::unexpected(std::move(answer.error()));
  if (answer->status / 100 == 2 || answer->status == kNotFound) return {};
  if (is_of_another(answer->body.text())) return {};
  return refused(*answer, "delete", file);
}

/// As BlockingPool::run, and counted until the shard has been told.
template <class F>
auto Volumes::on_pool(F call) -> Task<std::invoke_result_t<F&>> {
  using Outcome = std::invoke_result_t<F&>;
  rt::Completion<Outcome> answer;
  rt::Shard& home = rt::Shard::current();
  {
    const std::scoped_lock lock(mutex_);
    // Nobody waits for what begins now: the shard may end before it does.
    if (stopping_) co_return fail(ErrorKind::closed, "the engine is closed");
    ++under_way_;
  }
  pool_.submit([this, &call, &answer, &home] {
    Outcome outcome = call();
    home.post(
        [&answer, outcome = std::move(outcome)]() mutable { answer.complete(std::move(outcome)); });
    const std::scoped_lock lock(mutex_);
    if (--under_way_ == 0) ended_.notify_all();
  });
  co_return co_await answer;
}

Task<Result<void>> Volumes::write(FileId file, Slice bytes, bool synced) {
  auto call = [this, file, bytes = std::move(bytes), synced] {
    return write_blocking(file, bytes, synced);
  };
  co_return co_await on_pool(std::move(call));
}

Task<Result<std::optional<Slice>>> Volumes::read(FileId file) {
  auto call = [this, file] { return read_blocking(file); };
  co_return co_await on_pool(std::move(call));
}

Task<Result<void>> Volumes::remove(FileId file) {
  auto call = [this, file] { return remove_blocking(file); };
  co_return co_await on_pool(std::move(call));
}

}  // namespace kelp::seaweed

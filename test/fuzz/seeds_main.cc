// A fuzz target without libFuzzer: once over every file that is named, or lies in a folder that is.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

int run_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return 1;
}

int run_path(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path))
    return std::filesystem::exists(path) ? run_file(path) : 0;
  int runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path))
    runs += run_file(entry.path());
  return runs;
}

}  // namespace

int main(int count, char** arguments) {
  int runs = 0;
  for (int i = 1; i < count; ++i) runs += run_path(arguments[i]);
  std::printf("%d inputs\n", runs);
  return runs > 0 ? 0 : 1;  // a corpus that is not there proves nothing
}

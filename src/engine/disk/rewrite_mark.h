// A partition's `rewritten` file: where offsets may be missing, what the last rewriting took the
// place of, and with which files. Writing it is the one moment at which a rewriting happens: what
// is left to do then (renames, removals) is done at once, or by recovery.
// docs/formats/rewritten.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/strong.h"
#include "engine/disk/sparse_index.h"
#include "rt/file.h"

namespace kelp::engine::disk {

inline constexpr std::string_view kRewrittenName = "rewritten";
/// Of files that are to be put in the place of segments: "<segment>.log.<sequence>.new".
inline constexpr std::string_view kNewSuffix = ".new";

struct RewriteMark {
  uint64_t sequence = 0;  // of the rewriting: its new files carry it
  Offset mark;            // what Log::replace() was given
  Offset gaps_below;      // offsets from here on are dense
  /// All segments that begin from..to-1 are these files now.
  Offset from, to;
  struct File {
    Offset base;
    uint64_t size_bytes = 0;
    friend bool operator==(const File&, const File&) = default;
  };
  std::vector<File> files;
  friend bool operator==(const RewriteMark&, const RewriteMark&) = default;
};

std::string encode_mark(const RewriteMark& mark);
/// malformed: torn or not of this version.
Result<RewriteMark> decode_mark(Bytes file);

/// Nothing if there is no such file. Blocks.
Result<std::optional<RewriteMark>> read_mark(rt::FileSystem& files, const std::string& directory);
/// Durable when it returns. Blocks.
Result<void> write_mark(rt::FileSystem& files, const std::string& directory,
                        const RewriteMark& mark);

std::string new_file_name(Offset base, uint64_t sequence);

/// Makes the directory what a written mark says: renames its new files, removes the other segments
/// of the range among `bases` and all indexes of it. May be done again. Blocks.
Result<void> carry_out(rt::FileSystem& files, const std::string& directory, const RewriteMark& mark,
                       const std::vector<Offset>& bases);

}  // namespace kelp::engine::disk

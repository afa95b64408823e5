// The records of catalog.log: each holds the outcome of one commit, or of several that were written
// together, all or nothing. docs/formats/catalog.md.
#pragma once

#include <string>

#include "engine/documents.h"

namespace kelp::engine::disk {

std::string encode_catalog_header();
std::string encode_catalog_record(const Staged& outcome);

struct DecodedCatalog {
  Documents documents;
  /// The file is good up to here; behind it stands a torn record, or nothing.
  size_t good_until = 0;
};

/// malformed: of another version, or damaged before a good record: what was committed is lost, and
/// a person must decide.
Result<DecodedCatalog> decode_catalog(Bytes file);

}  // namespace kelp::engine::disk

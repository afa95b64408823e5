// The requests of the differential test: requests.jsonl, one step a line.
//   {"step": name, "api": "CreateTopics", "version": 7 or [2, 7], "body": JSON of the request,
//    "save": {variable: JSON pointer into the answer}, "partly": true, "again_while": [error
//    codes]}
// A version list makes a step of each, named NAME@VERSION. In strings of the body "${v}" is the
// version and "${x}" the variable x. `partly`: an answer with errors has changed something too.
// `again_while`: what real Kafka answers until it has made something in the background.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kelp::test {

struct Step {
  std::string name;
  std::string api;
  int16_t version = 0;
  boost::json::value body;
  std::map<std::string, std::string> save;  // variable -> JSON pointer
  bool partly = false;
  std::vector<int64_t> again_while;
};

using Variables = std::map<std::string, std::string>;

/// One JSON value a line; empty lines and those that begin with `#` are passed over.
std::vector<boost::json::value> json_lines(const std::string& path);
std::vector<Step> steps_of(const std::string& path);
/// `body` with every "${x}" replaced.
boost::json::value filled(const boost::json::value& body, const Variables& variables);
/// Keeps what the step wants to keep of its answer; what is not there becomes "".
void save(const Step& step, const boost::json::value& answer, Variables& variables);

/// Every errorCode of an answer.
std::vector<int64_t> error_codes(const boost::json::value& answer);

}  // namespace kelp::test

// Answers in a form in which two brokers can agree: ids, ports, times, sizes and words of
// documentation masked; arrays of structs as objects under the names of their elements, so that
// neither order nor position counts; a configuration as one line of text.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace kelp::test {

boost::json::value normal_form(std::string_view api, const boost::json::value& answer);

/// Where two normal forms differ. A side that has nothing there says "(absent)".
struct Difference {
  std::string at;  // "/topics/t1/errorCode"
  std::string of_kafka;
  std::string of_kelp;
};
std::vector<Difference> differences(const boost::json::value& of_kafka,
                                    const boost::json::value& of_kelp);

}  // namespace kelp::test

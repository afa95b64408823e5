#include "differential/plan.h"

#include <boost/json.hpp>
#include <fstream>
#include <stdexcept>

namespace kelp::test {
namespace json = boost::json;
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
  return text;
}

void collect(const json::value& value, std::vector<int64_t>& codes) {
  if (value.is_array()) {
    for (const json::value& element : value.as_array()) collect(element, codes);
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.as_object()) {
      if (name == "errorCode") {
        codes.push_back(member.as_int64());
      } else {
        collect(member, codes);
      }
    }
  }
}

Step step_of(const json::object& line, const std::string& name, int16_t version) {
  Step step;
  step.name = name;
  step.api = line.at("api").as_string().c_str();
  step.version = version;
  step.body = filled(line.at("body"), {{"v", std::to_string(version)}});
  step.partly = line.contains("partly");
  if (const json::value* wanted = line.if_contains("save")) {
    step.save = json::value_to<std::map<std::string, std::string>>(*wanted);
  }
  if (const json::value* codes = line.if_contains("again_while")) {
    step.again_while = json::value_to<std::vector<int64_t>>(*codes);
  }
  return step;
}

}  // namespace

std::vector<json::value> json_lines(const std::string& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::vector<json::value> lines;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.starts_with("#")) continue;
    try {
      lines.push_back(json::parse(line));
    } catch (const std::exception& error) {
      throw std::runtime_error(path + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  return lines;
}

std::vector<Step> steps_of(const std::string& path) {
  std::vector<Step> steps;
  for (const json::value& line : json_lines(path)) {
    const json::object& object = line.as_object();
    const std::string name = object.at("step").as_string().c_str();
    const json::value& versions = object.at("version");
    if (versions.is_int64()) {
      steps.push_back(step_of(object, name, static_cast<int16_t>(versions.as_int64())));
      continue;
    }
    for (const json::value& version : versions.as_array()) {
      const auto number = static_cast<int16_t>(version.as_int64());
      steps.push_back(step_of(object, name + "@" + std::to_string(number), number));
    }
  }
  return steps;
}

json::value filled(const json::value& body, const Variables& variables) {
  if (body.is_string()) {
    std::string text = body.as_string().c_str();
    for (const auto& [name, value] : variables) text = replaced(text, "${" + name + "}", value);
    return json::string(text);
  }
  if (body.is_array()) {
    json::array array;
    for (const json::value& element : body.as_array()) array.push_back(filled(element, variables));
    return array;
  }
  if (!body.is_object()) return body;
  json::object object;
  for (const auto& [name, member] : body.as_object()) object[name] = filled(member, variables);
  return object;
}

void save(const Step& step, const json::value& answer, Variables& variables) {
  for (const auto& [name, pointer] : step.save) {
    boost::system::error_code failure;
    const json::value* found = answer.find_pointer(pointer, failure);
    const bool is_text = found != nullptr && found->is_string();
    variables[name] = is_text ? found->as_string().c_str() : "";
  }
}

std::vector<int64_t> error_codes(const json::value& answer) {
  std::vector<int64_t> codes;
  collect(answer, codes);
  return codes;
}

}  // namespace kelp::test

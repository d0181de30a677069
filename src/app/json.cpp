#include "app/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

namespace greenhalo::json {

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char letter : text) {
        switch (letter) {
            case '"': result += "\\\""; break;
            case '\\': result += "\\\\"; break;
            case '\n': result += "\\n"; break;
            case '\r': result += "\\r"; break;
            case '\t': result += "\\t"; break;
            default:
                if (static_cast<unsigned char>(letter) < 0x20) {
                    result += fmt::format("\\u{:04x}", static_cast<unsigned char>(letter));
                } else {
                    result += letter;
                }
        }
    }
    return result + "\"";
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "null"; }

std::string array(const std::vector<std::string>& values) { return fmt::format("[{}]", fmt::join(values, ", ")); }

std::string array(const std::vector<double>& values) {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const double value : values) texts.push_back(number(value));
    return array(texts);
}

std::string object(const std::vector<std::pair<std::string, std::string>>& members, int depth) {
    if (members.empty()) return "{}";
    const std::string indent(static_cast<std::size_t>(2 * depth + 2), ' ');
    std::string text = "{\n";
    for (std::size_t i = 0; i < members.size(); ++i) {
        text += fmt::format("{}{}: {}{}\n", indent, quoted(members[i].first), members[i].second,
                            i + 1 < members.size() ? "," : "");
    }
    return text + std::string(static_cast<std::size_t>(2 * depth), ' ') + "}";
}

}  // namespace greenhalo::json

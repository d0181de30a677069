#include "app/wrapped_text.h"

#include <algorithm>

namespace greenhalo {

std::string wrapped(std::string_view text, std::string_view first_indent, std::string_view indent, std::size_t width) {
    std::string result;
    std::string line(first_indent);
    bool is_empty = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        if (!is_empty && line.size() + 1 + word.size() > width) {
            result += line + "\n";
            line = indent;
            is_empty = true;
        }
        if (!is_empty) line += ' ';
        line += word;
        is_empty = false;
    }
    result += line + "\n";
    std::ranges::replace(result, no_break, ' ');
    return result;
}

}  // namespace greenhalo

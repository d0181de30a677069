#include "greenhalo/base/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace greenhalo {

namespace {

/// Longer lines than any message has that quotes what a person wrote.
constexpr std::size_t longest_line = 1200;

unsigned char byte(char c) {
    return static_cast<unsigned char>(c);
}

/// Bytes of the character at the start of the text: 0 when it is no UTF-8 (Unicode 15, table 3-7), or a
/// control.
std::size_t character_length(std::string_view text) {
    const unsigned char first = byte(text[0]);
    if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    unsigned char least = 0x80, most = 0xBF;
    if (first == 0xC2) least = 0xA0;  // below are further control characters
    if (first == 0xE0) least = 0xA0;
    if (first == 0xED) most = 0x9F;
    if (first == 0xF0) least = 0x90;
    if (first == 0xF4) most = 0x8F;
    if (byte(text[1]) < least || byte(text[1]) > most) return 0;
    const auto continues = [](char c) { return byte(c) >= 0x80 && byte(c) <= 0xBF; };
    return std::ranges::all_of(text.substr(1, length - 1), continues) ? length : 0;
}

std::string printable_line(std::string_view line) {
    if (line.size() > longest_line) {
        constexpr std::size_t kept = longest_line / 2;
        return fmt::format("{} ... ({} bytes) ... {}", printable_line(line.substr(0, kept)),
                           line.size() - 2 * kept, printable_line(line.substr(line.size() - kept)));
    }
    std::string result;
    while (!line.empty()) {
        const std::size_t length = character_length(line);
        if (length > 0)
            result += line.substr(0, length);
        else if (line[0] == '\t')
            result += ' ';
        else
            result += fmt::format("\\x{:02X}", byte(line[0]));
        line.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return result;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result;
    for (;;) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        result += printable_line(text.substr(0, end));
        if (end == text.size()) return result;
        result += '\n';
        text.remove_prefix(end + 1);
    }
}

}  // namespace greenhalo

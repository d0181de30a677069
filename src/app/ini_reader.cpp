#include "greenhalo/app/ini_reader.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>

#include "greenhalo/app/value.h"
#include "greenhalo/base/error.h"

namespace greenhalo {
namespace {

// Where a comment begins: # at the start or after a blank; npos without one.
std::size_t comment_start(std::string_view text) {
    for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1))
        if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') return at;
    return std::string_view::npos;
}

std::string_view without_comment(std::string_view text) {
    return trim(text.substr(0, comment_start(text)));
}

class LineReader {
  public:
    explicit LineReader(std::string_view name) : name_(name) {}

    void read(std::string_view line, int number) {
        number_ = number;
        line = trim(line);
        if (line.empty() || line[0] == '#') return;
        if (line[0] == '[')
            read_section(line);
        else
            read_entry(line);
    }

    std::vector<IniEntry> take_entries() { return std::move(entries_); }

  private:
    InputError error(std::string_view what) const {
        return InputError(fmt::format("{}, line {}: {}", name_, number_, what));
    }

    void read_section(std::string_view line) {
        line = without_comment(line);
        const std::string_view section =
            line.back() == ']' ? trim(line.substr(1, line.size() - 2)) : std::string_view();
        if (section.empty() || section.find_first_of("[]= \t") != std::string_view::npos)
            throw error(
                fmt::format("\"{}\" is not a section; it is written [halo], alone on its line", line));
        section_ = std::string(section) + ".";
    }

    void read_entry(std::string_view line) {
        if (line[0] == ';') throw error("comments begin with #, not with ;");
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || comment_start(line) < equals)
            throw error(
                fmt::format("\"{}\" is neither \"key = value\" nor [section]", without_comment(line)));
        const std::string_view key = trim(line.substr(0, equals));
        if (key.empty()) throw error("there is no key in front of =");
        if (key.find_first_of(" \t\"'") != std::string_view::npos)
            throw error(fmt::format("\"{}\" is not a key: keys have no blanks and no quotes", key));
        IniEntry entry{section_ + std::string(key), read_value(key, line.substr(equals)), number_};
        const auto [earlier, is_new] = lines_.emplace(entry.key, number_);
        if (!is_new)
            throw error(fmt::format("{} is given twice, here and in line {}: remove one of them", entry.key,
                                    earlier->second));
        entries_.push_back(std::move(entry));
    }

    // The text begins with "=", so that "key =#1" is seen not to have a blank in front of #.
    std::string read_value(std::string_view key, std::string_view text) const {
        const std::string_view behind = trim(text.substr(1));
        const bool quoted = !behind.empty() && (behind[0] == '"' || behind[0] == '\'');
        const std::string value =
            quoted ? read_quoted(behind) : std::string(trim(without_comment(text).substr(1)));
        if (trim(value).empty())
            throw error(
                fmt::format("{}{} has no value; leave the line out to take the default", section_, key));
        return value;
    }

    std::string read_quoted(std::string_view text) const {
        const char quote = text[0];
        std::string value;
        std::size_t at = 1;
        for (;; ++at) {
            if (at >= text.size()) throw error(fmt::format("the quote {} is not closed: {}", quote, text));
            if (text[at] == quote) {
                if (at + 1 < text.size() && text[at + 1] == quote)
                    ++at;
                else
                    break;
            }
            value += text[at];
        }
        const std::string_view rest = text.substr(at + 1);
        // the blank in front of a comment counts, so the rest is not trimmed first
        const bool comment_without_blank = !rest.empty() && rest[0] == '#';
        if (comment_without_blank || !without_comment(rest).empty())
            throw error(fmt::format("\"{}\" behind the closing quote", trim(rest)));
        return value;
    }

    std::string_view name_;
    int number_ = 0;
    std::string section_;
    std::vector<IniEntry> entries_;
    std::map<std::string, int> lines_;
};

}  // namespace

std::vector<IniEntry> read_ini(std::string_view text, std::string_view name) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (text.find('\0') != std::string_view::npos)
        throw InputError(
            fmt::format("{} is not a text file (it contains zero bytes): an input file is wanted, "
                        "in UTF-8 if it goes beyond ASCII",
                        name));
    LineReader reader(name);
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        reader.read(line, ++number);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return reader.take_entries();
}

std::string quote_ini(std::string_view value) {
    // A leading # would be a comment, since a blank stands in front of every value written.
    const bool plain = trim(value) == value && !value.empty() && value[0] != '"' && value[0] != '\'' &&
                       comment_start(value) == std::string_view::npos;
    if (plain) return std::string(value);
    std::string result = "\"";
    for (char c : value) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

std::string read_text_file(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        throw InputError(fmt::format("{} is a folder: an input file is wanted", path.string()));
    const auto close = [](std::FILE* file) { std::fclose(file); };
    errno = 0;
    const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rb"), close);
    if (!file) throw InputError(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    std::string content;
    std::array<char, 65536> buffer;
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get()))
        content.append(buffer.data(), count);
    if (std::ferror(file.get()))
        throw InputError(fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    return content;
}

}  // namespace greenhalo

#include "greenhalo/base/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "greenhalo/base/error.h"

namespace greenhalo {

namespace {

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const auto comma = line.find(',');
        fields.push_back(trim(line.substr(0, comma)));
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string file, std::vector<CsvColumn> columns)
    : rest_(text), file_(std::move(file)), columns_(std::move(columns)) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        position_.emplace_back(i);
        fewest_ += columns_[i].required;
    }
    most_ = columns_.size();
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
}

bool CsvReader::next() {
    while (!rest_.empty()) {
        ++line_;
        const auto end = rest_.find('\n');
        const std::string_view line = trim(rest_.substr(0, end));
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;
        fields_ = split(line);
        if (first_ && is_header()) {
            read_header();
            first_ = false;
            continue;
        }
        if (fields_.size() < fewest_ || fields_.size() > most_) {
            fail(fmt::format(
                "{} columns instead of {}: {}", fields_.size(),
                fewest_ == most_ ? fmt::format("{}", most_) : fmt::format("{} to {}", fewest_, most_),
                form()));
        }
        return true;
    }
    return false;
}

std::string_view CsvReader::field(std::size_t column) const {
    const auto position = position_[column];
    return position && *position < fields_.size() ? fields_[*position] : std::string_view{};
}

double CsvReader::number(std::size_t column) const {
    std::string_view text = field(column);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
        fail(fmt::format("{} = '{}' is not a number{}", columns_[column].name, field(column),
                         first_ ? fmt::format("; a header is {}", form()) : ""));
    }
    return value;
}

std::string CsvReader::form() const {
    std::string text;
    for (const CsvColumn& column : columns_) {
        const std::string_view comma = text.empty() ? "" : ",";
        text += fmt::format("{}{}{}{}", column.required ? "" : "[", comma, column.name,
                            column.required ? "" : "]");
    }
    return text;
}

void CsvReader::fail(const std::string& what) const {
    throw InputError(fmt::format("{}, line {}: {}", file_, line_, what));
}

/// A row begins with numbers, so it cannot begin with the name of a column.
bool CsvReader::is_header() const {
    return std::ranges::any_of(columns_,
                               [&](const CsvColumn& column) { return column.name == fields_.front(); });
}

void CsvReader::read_header() {
    std::ranges::fill(position_, std::nullopt);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        const auto found = std::ranges::find(columns_, fields_[i], &CsvColumn::name);
        if (found == columns_.end())
            fail(fmt::format("unknown column '{}': a header is {}", fields_[i], form()));
        auto& position = position_[static_cast<std::size_t>(found - columns_.begin())];
        if (position) fail(fmt::format("column '{}' appears twice", fields_[i]));
        position = i;
    }
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        if (columns_[c].required && !position_[c]) {
            fail(fmt::format("column '{}' is missing: a header is {}", columns_[c].name, form()));
        }
    }
    fewest_ = most_ = fields_.size();
}

}  // namespace greenhalo

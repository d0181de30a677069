#include "greenhalo/galaxy/catalogue_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "greenhalo/base/error.h"
#include "greenhalo/base/units.h"

namespace greenhalo {

namespace {

/// Bounds of what is summed without overflow: yr and kpc.
constexpr double least_age = 1e-3, farthest = 1e4;

enum Column : std::size_t { x, y, z, age, energy, name, column_count };
constexpr std::array<std::string_view, column_count> column_names = {"x_kpc",  "y_kpc",  "z_kpc",
                                                                     "age_yr", "energy", "name"};

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

/// Reads lines and knows where it is, for messages.
class CatalogueReader {
  public:
    CatalogueReader(const std::string& file, double half_height) : file_(file), half_height_(half_height) {
        for (std::size_t i = 0; i < column_count; ++i) position_[i] = i;
    }

    void read(std::string_view line) {
        ++number_;
        if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
        line = trim(line);
        if (line.empty() || line.front() == '#') return;
        const auto fields = split(line);
        if (first_ && is_header(fields)) {
            read_header(fields);
        } else {
            read_source(fields);
        }
        first_ = false;
    }

    ListedSources finish() && {
        if (values_[x].empty()) {
            throw InputError(fmt::format(
                "{}: holds no source; a line is x_kpc,y_kpc,z_kpc,age_yr[,energy][,name]", file_));
        }
        ListedSources listed;
        listed.sources = SourceBuffer(values_[x].size());
        listed.sources.size = values_[x].size();
        listed.sources.x.assign(values_[x].begin(), values_[x].end());
        listed.sources.y.assign(values_[y].begin(), values_[y].end());
        listed.sources.z.assign(values_[z].begin(), values_[z].end());
        listed.sources.age.assign(values_[age].begin(), values_[age].end());
        listed.sources.energy.assign(values_[energy].begin(), values_[energy].end());
        listed.names = std::move(names_);
        return listed;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw InputError(fmt::format("{}, line {}: {}", file_, number_, what));
    }

    /// A line of numbers can hold a column's name only at its end, as the name of a source.
    static bool is_header(const std::vector<std::string_view>& fields) {
        return std::any_of(
            fields.begin(), fields.begin() + std::min<std::ptrdiff_t>(std::ssize(fields), name),
            [](auto field) {
                return std::find(column_names.begin(), column_names.end(), field) != column_names.end();
            });
    }

    void read_header(const std::vector<std::string_view>& fields) {
        for (auto& position : position_) position = std::nullopt;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const auto found = std::find(column_names.begin(), column_names.end(), fields[i]);
            if (found == column_names.end()) {
                fail(fmt::format("unknown column '{}'; the columns are {}", fields[i],
                                 fmt::join(column_names, ", ")));
            }
            auto& position = position_[static_cast<std::size_t>(found - column_names.begin())];
            if (position) fail(fmt::format("column '{}' appears twice", fields[i]));
            position = i;
        }
        for (const Column required : {x, y, z, age}) {
            if (!position_[required]) fail(fmt::format("column '{}' is missing", column_names[required]));
        }
        header_columns_ = fields.size();
    }

    void read_source(const std::vector<std::string_view>& fields) {
        const std::size_t most = header_columns_.value_or(column_count);
        if (fields.size() < 4 || fields.size() > most) {
            fail(fmt::format("{} columns instead of {}: x_kpc,y_kpc,z_kpc,age_yr[,energy][,name]",
                             fields.size(),
                             header_columns_ ? fmt::format("{}", *header_columns_) : "4 to 6"));
        }
        for (const Column column : {x, y, z}) {
            values_[column].push_back(number(fields, column));
            if (std::abs(values_[column].back()) > farthest) {
                fail(fmt::format("{} = {} is not in the Galaxy: at most {} kpc", column_names[column],
                                 values_[column].back(), farthest));
            }
        }
        const double years = number(fields, age);
        if (!(years >= least_age)) {
            fail(fmt::format("age_yr = {} must be positive, at least {} yr", years, least_age));
        }
        values_[age].push_back(years * units::myr_per_year);
        const bool has_energy =
            position_[energy] && *position_[energy] < fields.size() && !fields[*position_[energy]].empty();
        const double factor = has_energy ? number(fields, energy) : 1.0;
        if (!(factor > 0.0))
            fail(fmt::format("energy = {} must be positive (1 is the standard remnant)", factor));
        values_[energy].push_back(factor);
        const bool has_name = position_[name] && *position_[name] < fields.size();
        names_.emplace_back(has_name ? fields[*position_[name]] : std::string_view{});
        if (!(std::abs(values_[z].back()) < half_height_)) {
            fail(fmt::format("z_kpc = {} lies outside the halo: |z| must be below halo.half-height = {} kpc",
                             values_[z].back(), half_height_));
        }
    }

    double number(const std::vector<std::string_view>& fields, Column column) const {
        const std::size_t at = position_[column].value_or(fields.size());
        if (at >= fields.size()) fail(fmt::format("column '{}' is missing", column_names[column]));
        std::string_view text = fields[at];
        if (text.starts_with('+')) text.remove_prefix(1);
        double value = 0.0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
            const std::string hint =
                first_ ? fmt::format("; a header has the columns {}", fmt::join(column_names, ", ")) : "";
            fail(fmt::format("{} = '{}' is not a number{}", column_names[column], fields[at], hint));
        }
        return value;
    }

    std::string file_;
    double half_height_;
    std::size_t number_ = 0;
    bool first_ = true;
    std::optional<std::size_t> header_columns_;
    std::array<std::optional<std::size_t>, column_count> position_;
    std::array<std::vector<double>, 5> values_;
    std::vector<std::string> names_;
};

}  // namespace

ListedSources read_catalogue(std::string_view text, const std::string& file, double half_height) {
    CatalogueReader reader(file, half_height);
    while (!text.empty()) {
        const auto end = text.find('\n');
        reader.read(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return std::move(reader).finish();
}

}  // namespace greenhalo

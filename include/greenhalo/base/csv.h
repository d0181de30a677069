/// \file
/// Comma-separated values as people and spreadsheets write them, read row by row with messages that name the
/// line.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace greenhalo {

/// A column that a file has, or may have.
struct CsvColumn {
    std::string_view name;  ///< as the header line has it
    bool required = true;   ///< false: the file may be without it
};

/// Rows of CSV text. Columns stand in the given order (required ones first), or as a header line names them.
/// Lines starting with # and empty lines are skipped; blanks around fields, a byte-order mark and the line
/// ends of any system are harmless.
class CsvReader {
  public:
    /// `text` must outlive the reader; `file` is what messages call it.
    CsvReader(std::string_view text, std::string file, std::vector<CsvColumn> columns);

    /// Goes to the next row; false at the end. Throws InputError when the line is no row of this file.
    bool next();

    /// Number of the line of the row, from 1.
    std::size_t line() const { return line_; }

    /// A field of the row by the index of its column; empty when the row has none.
    std::string_view field(std::size_t column) const;

    /// The same as a finite number. Throws InputError when it is none.
    double number(std::size_t column) const;

    /// "x_kpc,y_kpc[,name]"
    std::string form() const;

    /// Throws InputError "FILE, line N: WHAT".
    [[noreturn]] void fail(const std::string& what) const;

  private:
    bool is_header() const;
    void read_header();

    std::string_view rest_;
    std::string file_;
    std::vector<CsvColumn> columns_;
    std::vector<std::optional<std::size_t>> position_;  ///< of each column within a row
    std::vector<std::string_view> fields_;
    std::size_t line_ = 0, fewest_ = 0, most_ = 0;
    bool first_ = true;
};

}  // namespace greenhalo

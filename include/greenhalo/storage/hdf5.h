/// \file
/// Thin handles over the C library of HDF5: they close what they hold, and every refusal of the library
/// becomes an Error that carries the innermost description of its error stack. The library's own printing is
/// off.
#pragma once

#include <hdf5.h>
#include <mpi.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace greenhalo::hdf5 {

/// Throws Error: \p what failed, followed by the innermost description of HDF5's error stack. A lock that the
/// file system refused is explained, with the environment variable that helps.
[[noreturn]] void fail(std::string_view what);

/// Returns \p result, or throws as fail(\p what) when it is negative.
template <class Result>
Result check(Result result, std::string_view what) {
    if (result < 0) fail(what);
    return result;
}

/// Owner of one HDF5 identifier; it moves, it does not copy. \p Close is the library's closing function.
template <herr_t (*Close)(hid_t)>
class Handle {
  public:
    Handle() = default;
    /// Takes \p id over; throws as fail(\p what) when the library had refused it.
    Handle(hid_t id, std::string_view what) : id_(check(id, what)) {}
    /// Leaves \p other without an identifier.
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
    /// Changes places with \p other.
    Handle& operator=(Handle&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (id_ >= 0) Close(id_);
    }

    hid_t id() const { return id_; }  ///< H5I_INVALID_HID where there is none

    /// Closes now and throws as fail(\p what) when that fails: a file may only learn here that a disc is
    /// full.
    void close(std::string_view what) {
        if (id_ >= 0) check(Close(std::exchange(id_, H5I_INVALID_HID)), what);
    }

  private:
    hid_t id_ = H5I_INVALID_HID;
};

/// \{
/// What is closed as its name says.
using File = Handle<H5Fclose>;
using Group = Handle<H5Gclose>;
using Dataset = Handle<H5Dclose>;
using Dataspace = Handle<H5Sclose>;
using Properties = Handle<H5Pclose>;
using Type = Handle<H5Tclose>;
using Attribute = Handle<H5Aclose>;
/// \}

/// How a file is opened.
enum class Access { read, write };

/// Creates (or empties) a file that holds no times, so that equal contents are equal bytes.
File create_file(const std::string& path);

/// Opens an existing file with one process. For writing no lock is asked for: readers may look at any moment.
File open_file(const std::string& path, Access access);

/// Opens an existing file for writing with all ranks of \p communicator (collective). Its ranks are put into
/// a plain communicator first: with a Cartesian one OpenMPI's file layer has written wrong data without a
/// word.
File open_file_parallel(const std::string& path, MPI_Comm communicator);

/// Creates the group \p path; its attributes remember the order in which they were written.
Group create_group(hid_t file, const std::string& path);

/// Type of a text of at most \p size bytes, followed by a zero: an element takes one byte more.
Type text_type(std::size_t size);

/// \{
/// Attributes: texts are of fixed length, UTF-8.
void write_attribute(hid_t object, const std::string& name, std::string_view value);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, std::int64_t value);
/// \}
/// Whether an object has the attribute.
bool has_attribute(hid_t object, const std::string& name);
/// \{
/// Throws Error when the attribute is missing or of another kind.
std::string read_text_attribute(hid_t object, const std::string& name);
double read_number_attribute(hid_t object, const std::string& name);
std::int64_t read_integer_attribute(hid_t object, const std::string& name);
/// \}
/// Names of all attributes of a group in the order in which they were written.
std::vector<std::string> attribute_names(hid_t object);

/// Creates a contiguous dataset whose space is allocated at once and filled: NaN for numbers with a fraction,
/// 0 otherwise. No extents make a scalar. Throws Error when \p units or \p long_name is empty.
Dataset create_dataset(hid_t file, const std::string& path, hid_t type,
                       const std::vector<std::uint64_t>& extents, std::string_view units,
                       std::string_view long_name);

/// Throws Error when there is none at \p path.
Dataset open_dataset(hid_t file, const std::string& path);
/// True when \p path and every group on its way exist.
bool exists(hid_t file, const std::string& path);
/// Lengths of its dimensions; none for a scalar.
std::vector<std::uint64_t> extents(const Dataset& dataset);

/// \{
/// Writes or reads all elements; \p memory_type describes those at \p data.
void write_all(const Dataset& dataset, hid_t memory_type, const void* data);
void read_all(const Dataset& dataset, hid_t memory_type, void* data);
/// \}

/// A whole dataset of numbers, row-major; throws Error when its elements are not numbers.
std::vector<double> read_doubles(hid_t file, const std::string& path);

/// \{
/// Writes or reads the given rows (indices of the first dimension, strictly ascending, possibly none), packed
/// one after the other at \p data. \p transfer is H5P_DEFAULT or a property list for collective transfer.
void write_rows(const Dataset& dataset, const std::vector<std::int64_t>& rows, hid_t memory_type,
                const void* data, hid_t transfer = H5P_DEFAULT);
void read_rows(const Dataset& dataset, const std::vector<std::int64_t>& rows, hid_t memory_type, void* data);
/// \}

}  // namespace greenhalo::hdf5

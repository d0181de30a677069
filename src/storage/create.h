/// \file
/// Creating a file whole, beside its target, for everything in this room that creates one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"

namespace greenhalo::storage {

/// One group or dataset of a file of a description: those of input files once for each.
struct StoredItem {
    const LayoutItem* item;
    std::string path;
    Dimensions dimensions;
};

/// All of them, each group before what it contains.
std::vector<StoredItem> stored_items(const Description& description);

/// Creates the file by this process alone: everything the description knows, what \p write_more adds, the
/// checksum of both, all of it beside the target and renamed into place when it is safe. Throws InputError as
/// check_output_path, Error when the disc cannot take it; then nothing is left behind.
void create_file_whole(const std::string& path, const Description& description, Overwrite overwrite,
                       const std::function<void(hid_t)>& write_more);

}  // namespace greenhalo::storage

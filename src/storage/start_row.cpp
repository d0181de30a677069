#include "storage/start_row.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "storage/digest.h"

namespace greenhalo::storage {

hdf5::Type start_row_type() {
    hdf5::Type type(H5Tcreate(H5T_COMPOUND, sizeof(StartRow)), "creating the type of a start");
    const auto text = [&](const char* name, std::size_t offset, std::size_t size) {
        hdf5::check(H5Tinsert(type.id(), name, offset, hdf5::text_type(size - 1).id()), "describing a start");
    };
    text("host", offsetof(StartRow, host), sizeof StartRow::host);
    hdf5::check(H5Tinsert(type.id(), "ranks", offsetof(StartRow, ranks), H5T_STD_I64LE),
                "describing a start");
    text("started", offsetof(StartRow, started), sizeof StartRow::started);
    text("ended", offsetof(StartRow, ended), sizeof StartRow::ended);
    text("reason", offsetof(StartRow, reason), sizeof StartRow::reason);
    text("revision", offsetof(StartRow, revision), sizeof StartRow::revision);
    text("instruction_set", offsetof(StartRow, instruction_set), sizeof StartRow::instruction_set);
    hdf5::check(H5Tinsert(type.id(), "checksum", offsetof(StartRow, checksum), H5T_STD_U64LE),
                "describing a start");
    return type;
}

void put_text(char* field, std::size_t size, const std::string& text) {
    std::size_t length = std::min(text.size(), size - 1);
    if (length < text.size()) {
        while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
    }
    std::memset(field, 0, size);
    std::memcpy(field, text.data(), length);
}

std::uint64_t checksum_of(const StartRow& row) {
    Digest digest;
    digest.add(&row, offsetof(StartRow, checksum));
    return digest.take();
}

StartRow pack(const Start& start) {
    StartRow row{};
    put_text(row.host, sizeof row.host, start.host);
    row.ranks = start.ranks;
    put_text(row.started, sizeof row.started, start.started);
    put_text(row.ended, sizeof row.ended, start.ended);
    put_text(row.reason, sizeof row.reason, start.reason);
    put_text(row.revision, sizeof row.revision, start.revision);
    put_text(row.instruction_set, sizeof row.instruction_set, start.instruction_set);
    row.checksum = checksum_of(row);
    return row;
}

Start unpack(const StartRow& row) {
    const auto text = [](const char* field, std::size_t size) {
        return std::string(field, strnlen(field, size));
    };
    return {text(row.host, sizeof row.host),
            row.ranks,
            text(row.started, sizeof row.started),
            text(row.ended, sizeof row.ended),
            text(row.reason, sizeof row.reason),
            text(row.revision, sizeof row.revision),
            text(row.instruction_set, sizeof row.instruction_set)};
}

}  // namespace greenhalo::storage

#include "greenhalo/storage/hdf5.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <cmath>
#include <cstdlib>

#include "greenhalo/base/error.h"
#include "unit/storage/example_result.h"

namespace greenhalo::hdf5 {
namespace {

using test::message_of;
using test::TemporaryFolder;

TEST(Hdf5, ErrorsCarryTheInnermostReasonAndPrintNothing) {
    testing::internal::CaptureStderr();
    const std::string message = message_of([] { open_file("/no/such/file.h5", Access::read); });
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "/no/such/file.h5", message);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "No such file or directory", message);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Hdf5, ARefusedLockNamesTheVariable) {
    const char* locking = std::getenv("HDF5_USE_FILE_LOCKING");
    if (locking != nullptr && *locking != '\0') GTEST_SKIP() << "HDF5_USE_FILE_LOCKING is set";
    const TemporaryFolder folder;
    const std::string path = folder / "locked.h5";
    create_file(path).close("closing");
    const int other = ::open(path.c_str(), O_RDWR);
    ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "HDF5_USE_FILE_LOCKING=FALSE",
                        message_of([&] { open_file(path, Access::read); }));
    ::close(other);
    EXPECT_NO_THROW(open_file(path, Access::read));
}

TEST(Hdf5, ReadersDoNotStopAWriter) {
    const TemporaryFolder folder;
    const std::string path = folder / "read.h5";
    create_file(path).close("closing");
    const int reader = ::open(path.c_str(), O_RDONLY);
    ASSERT_EQ(::flock(reader, LOCK_SH | LOCK_NB), 0);
    EXPECT_NO_THROW(open_file(path, Access::write));
    ::close(reader);
}

TEST(Hdf5, HandlesMoveAndCloseOnce) {
    const TemporaryFolder folder;
    File first = create_file(folder / "moved.h5");
    const hid_t id = first.id();
    File second = std::move(first);
    EXPECT_EQ(second.id(), id);
    EXPECT_GT(H5Iis_valid(id), 0);
    second.close("closing");
    EXPECT_EQ(H5Iis_valid(id), 0);
    EXPECT_NO_THROW(second.close("closing again"));
}

TEST(Hdf5, AttributesComeBackInOrder) {
    const TemporaryFolder folder;
    const std::string long_text(300000, 'x');  // beyond what an object header can hold
    {
        const File file = create_file(folder / "a.h5");
        const Group group = create_group(file.id(), "/g");
        write_attribute(group.id(), "zebra", "striped \xc2\xb5");
        write_attribute(group.id(), "empty", "");
        write_attribute(group.id(), "number", 0.1);
        write_attribute(group.id(), "ant", std::int64_t{1} << 60);
        for (int i = 20; i > 0; --i) write_attribute(group.id(), "k" + std::to_string(i), long_text);
    }
    const File file = open_file(folder / "a.h5", Access::read);
    const Group group(H5Gopen2(file.id(), "/g", H5P_DEFAULT), "opening");
    EXPECT_EQ(read_text_attribute(group.id(), "zebra"), "striped \xc2\xb5");
    EXPECT_EQ(read_text_attribute(group.id(), "empty"), "");
    EXPECT_EQ(read_number_attribute(group.id(), "number"), 0.1);
    EXPECT_EQ(read_integer_attribute(group.id(), "ant"), std::int64_t{1} << 60);
    EXPECT_EQ(read_text_attribute(group.id(), "k7"), long_text);
    const std::vector<std::string> names = attribute_names(group.id());
    ASSERT_EQ(names.size(), 24U);
    EXPECT_EQ(names[0], "zebra");
    EXPECT_EQ(names[3], "ant");
    EXPECT_EQ(names[4], "k20");
    EXPECT_TRUE(has_attribute(group.id(), "ant"));
    EXPECT_FALSE(has_attribute(group.id(), "bee"));
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "bee",
                        message_of([&] { read_text_attribute(group.id(), "bee"); }));
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "not one text",
                        message_of([&] { read_text_attribute(group.id(), "number"); }));
}

TEST(Hdf5, DatasetsAreFilledAndSayWhatTheyHold) {
    const TemporaryFolder folder;
    const File file = create_file(folder / "d.h5");
    const Dataset real = create_dataset(file.id(), "/real", H5T_IEEE_F64LE, {2, 3}, "kpc", "a length");
    create_dataset(file.id(), "/whole", H5T_STD_I64LE, {}, "1", "a count");
    EXPECT_EQ(read_text_attribute(real.id(), "units"), "kpc");
    EXPECT_EQ(read_text_attribute(real.id(), "long_name"), "a length");
    for (const double value : read_doubles(file.id(), "/real")) EXPECT_TRUE(std::isnan(value));
    EXPECT_EQ(read_doubles(file.id(), "/whole"), std::vector<double>{0});
    EXPECT_EQ(extents(real), (std::vector<std::uint64_t>{2, 3}));
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "units",
                        message_of([&] { create_dataset(file.id(), "/x", H5T_STD_I64LE, {1}, "", "n"); }));
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "long_name",
                        message_of([&] { create_dataset(file.id(), "/x", H5T_STD_I64LE, {1}, "1", ""); }));
    EXPECT_FALSE(exists(file.id(), "/x"));
    EXPECT_FALSE(exists(file.id(), "/no/way/there"));
    EXPECT_PRED_FORMAT2(testing::IsSubstring, "/x", message_of([&] { read_doubles(file.id(), "/x"); }));
}

TEST(Hdf5, RowsAreScatteredAndGathered) {
    const TemporaryFolder folder;
    const File file = create_file(folder / "rows.h5");
    const Dataset dataset = create_dataset(file.id(), "/d", H5T_IEEE_F64LE, {6, 2}, "1", "numbers");
    const std::vector<double> values = {10, 11, 30, 31, 40, 41};
    write_rows(dataset, {1, 3, 4}, H5T_NATIVE_DOUBLE, values.data());
    write_rows(dataset, {}, H5T_NATIVE_DOUBLE, nullptr);
    const std::vector<double> all = read_doubles(file.id(), "/d");
    EXPECT_TRUE(std::isnan(all[0]) && std::isnan(all[5]) && std::isnan(all[10]));
    EXPECT_EQ(all[2], 10);
    EXPECT_EQ(all[7], 31);
    EXPECT_EQ(all[9], 41);
    std::vector<double> back(4);
    read_rows(dataset, {1, 4}, H5T_NATIVE_DOUBLE, back.data());
    EXPECT_EQ(back, (std::vector<double>{10, 11, 40, 41}));
    for (const std::vector<std::int64_t>& wrong :
         {std::vector<std::int64_t>{6}, {-1}, {3, 3}, {4, 1}, {5, 6}, {0, 2, 1}}) {
        EXPECT_THROW(read_rows(dataset, wrong, H5T_NATIVE_DOUBLE, back.data()), Error);
    }
}

TEST(Hdf5, EveryPatternOfRowsHitsItsRows) {
    const TemporaryFolder folder;
    const File file = create_file(folder / "rows.h5");
    constexpr unsigned count = 12;
    const Dataset dataset = create_dataset(file.id(), "/d", H5T_STD_I64LE, {count, 2}, "1", "numbers");
    for (unsigned subset = 0; subset < (1U << count); ++subset) {
        std::vector<std::int64_t> rows, values, all(2 * count, -1), expected(2 * count, -1);
        for (unsigned row = 0; row < count; ++row) {
            if ((subset >> row & 1U) == 0) continue;
            rows.push_back(row);
            for (unsigned column = 0; column < 2; ++column) {
                values.push_back(100 * row + column);
                expected[2 * row + column] = 100 * row + column;
            }
        }
        write_all(dataset, H5T_NATIVE_INT64, all.data());
        write_rows(dataset, rows, H5T_NATIVE_INT64, values.data());
        read_all(dataset, H5T_NATIVE_INT64, all.data());
        ASSERT_EQ(all, expected) << "subset " << subset;
        std::vector<std::int64_t> back(values.size());
        read_rows(dataset, rows, H5T_NATIVE_INT64, back.data());
        ASSERT_EQ(back, values) << "subset " << subset;
    }
}

}  // namespace
}  // namespace greenhalo::hdf5

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/result_file.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

namespace fs = std::filesystem;
using test::in_child;
using test::message_of;
using test::TemporaryFolder;

void expect_refused(const std::string& path, Overwrite overwrite, const std::string& reason) {
    EXPECT_THROW(check_output_path(path, overwrite), InputError) << path;
    EXPECT_PRED_FORMAT2(testing::IsSubstring, reason,
                        message_of([&] { check_output_path(path, overwrite); }));
}

TEST(OutputPath, NewFilesAndReplacementsAreAccepted) {
    const TemporaryFolder folder;
    EXPECT_NO_THROW(check_output_path(folder / "new.h5", Overwrite::no));
    EXPECT_NO_THROW(check_output_path(folder / "new.h5", Overwrite::yes));
    ResultFile::create(folder / "old.h5", test::example_description(), Overwrite::no);
    const std::string old = test::bytes_of(folder / "old.h5");
    EXPECT_NO_THROW(check_output_path(folder / "old.h5", Overwrite::yes));
    EXPECT_EQ(test::bytes_of(folder / "old.h5"), old);
    test::write_bytes(folder / "empty.h5", "");
    EXPECT_NO_THROW(check_output_path(folder / "empty.h5", Overwrite::yes));
    EXPECT_FALSE(fs::exists(folder / "new.h5"));
}

TEST(OutputPath, EachObstacleIsNamed) {
    const TemporaryFolder folder;
    test::write_bytes(folder / "old.h5", "old");
    expect_refused("", Overwrite::no, "empty name");
    expect_refused(folder / "old.h5", Overwrite::no, "--overwrite");
    expect_refused(folder / "old.h5", Overwrite::yes, "greenhalo did not write it");
    expect_refused(folder / "none/new.h5", Overwrite::no, "No such file or directory");
    expect_refused(folder / "old.h5/new.h5", Overwrite::no, "is not a folder");
    expect_refused(folder.path(), Overwrite::yes, "is a folder");
    expect_refused(folder.path() + "/", Overwrite::yes, "is a folder");
    expect_refused("/dev/null", Overwrite::yes, "not an ordinary file");
    expect_refused(folder / std::string(300, 'x'), Overwrite::no, "File name too long");
}

TEST(OutputPath, AFolderWithoutWritePermissionIsRefused) {
    const TemporaryFolder folder;
    const std::string closed = folder / "closed";
    fs::create_directory(closed);
    ::chmod(closed.c_str(), 0555);
    ::chmod(folder.path().c_str(), 0755);
    const int status = in_child([&] {
        // Permissions do not bind root.
        if (::geteuid() == 0 && ::setuid(65534) != 0) return 3;
        const std::string message = message_of([&] { check_output_path(closed + "/new.h5", Overwrite::no); });
        return message.find("cannot be written") != std::string::npos ? 0 : 1;
    });
    ::chmod(closed.c_str(), 0755);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(OutputPath, ALinkKeepsPointingAtItsReplacedTarget) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "scratch");
    ResultFile::create(folder / "scratch/real.h5", test::example_description(), Overwrite::no);
    fs::create_symlink(folder / "scratch/real.h5", folder / "link.h5");
    Description other = test::example_description();
    other.command = "greenhalo run another.ini";
    ResultFile::create(folder / "link.h5", other, Overwrite::yes);
    EXPECT_TRUE(fs::is_symlink(folder / "link.h5"));
    EXPECT_EQ(ResultFile::read(folder / "scratch/real.h5").description().command, other.command);
}

}  // namespace
}  // namespace greenhalo

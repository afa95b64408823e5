// The clusters that tests speak with are there, and do what they are told.
#include "seaweed/test_weed.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace kelp::seaweed::test {
namespace {

/// Whether somebody listens at "127.0.0.1:port".
bool listens(const std::string& address) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  ::close(socket);
  return connected;
}

TEST(Weed, the_cluster_of_this_run_listens_everywhere) {
  const auto weed = shared_weed();
  if (!weed.has_value()) GTEST_SKIP() << kNoWeed;
  for (const std::string& address : {weed->master, weed->master_grpc, weed->volume, weed->filer,
                                     weed->filer_grpc, weed->broker}) {
    EXPECT_TRUE(listens(address)) << address;
  }
}

TEST(Weed, a_cluster_of_a_tests_own_loses_one_process_at_a_time) {
  if (!shared_weed().has_value()) GTEST_SKIP() << kNoWeed;
  WeedCluster weed;
  ASSERT_TRUE(weed.start());
  const WeedAddresses& at = weed.addresses();
  ASSERT_TRUE(weed.kill(WeedCluster::Role::filer));
  EXPECT_FALSE(listens(at.filer));
  EXPECT_TRUE(listens(at.volume) && listens(at.master) && listens(at.broker));
  ASSERT_TRUE(weed.restart(WeedCluster::Role::filer));
  EXPECT_TRUE(listens(at.filer));
  ASSERT_TRUE(weed.kill_all());
  EXPECT_FALSE(listens(at.filer) || listens(at.volume) || listens(at.master) || listens(at.broker));
  ASSERT_TRUE(weed.start_all());
  EXPECT_TRUE(listens(at.filer) && listens(at.volume) && listens(at.master) && listens(at.broker));
}

}  // namespace
}  // namespace kelp::seaweed::test

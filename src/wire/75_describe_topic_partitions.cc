#include "wire/75_describe_topic_partitions.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeTopicPartitionsRequest)
KELP_WIRE_MESSAGE(DescribeTopicPartitionsResponse)

// A system test waits for signals, leases and clocks more than it works: two at a time leave a third of two cores idle.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

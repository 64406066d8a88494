#ifndef SOURCES_H
#define SOURCES_H

#include "wait.h"

extern struct wait_source *wait_sources;

#endif

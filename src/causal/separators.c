/* separators.c: minimal separators with polynomial delay.
 *
 * Method: the closest-separator recursion of Takata, "Space-optimal, backtracking algorithms to
 * list the minimal vertex separators of a graph", Discrete Applied Mathematics 158 (2010)
 * 1660-1667. A minimal separator S is known by its source side, the component of the sources
 * without S. For a connected set A of vertices there is a least source side that contains A; its
 * border is the separator closest to A:
 *
 *     grow A over vertices that no separator may hold; let N be the border of A
 *     C = what the targets reach without N;  S = the part of N next to C
 *     A = what the sources reach without S
 *
 * If A now holds a banned vertex, no separator with this A avoids them. Else S is one, and all
 * others have a side that holds some vertex s_i of S: the i-th branch adds s_i to A and bans
 * s_1 .. s_(i-1). Every branch that is not empty begins with an answer, so the delay is one closure
 * per member of S. The recursion is an explicit stack of frames.
 *
 * Invariant between steps: side[] is the source side of the top frame, its members are stacked in
 * `trail` in order of entry, and banned[] counts are those of the frames on the stack. */
#include "causal/separators.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    size_t trail;      /* length of the trail when the frame is on top */
    size_t first, end; /* its separator: members[first .. end) */
    size_t branches;   /* members[first .. first + branches) were not banned before */
    size_t next;       /* branch to try next */
} frame;

typedef struct {
    const wrt_moral *moral;
    unsigned char *side;   /* vertex is on the source side */
    unsigned char *banned; /* vertex must stay off the source side */
    unsigned *near;        /* == stamp: on the border N */
    unsigned *seen;        /* == stamp: reached from the targets or already in S */
    unsigned stamp;
    int *trail;
    size_t n_trail;
    int *queue;
    int *members; /* the separators of all frames, stacked */
    size_t n_members, members_room;
    frame *frames;
    size_t n_frames, frames_room;
} search;

static void search_init(search *s, const wrt_moral *moral) {
    size_t n = (size_t)moral->n_vertices + 1;
    *s = (search){.moral = moral};
    s->near = wrt_calloc(n, 2 * sizeof *s->near + 2 * sizeof *s->side);
    s->seen = s->near + n;
    s->side = (unsigned char *)(s->seen + n);
    s->banned = s->side + n;
    s->trail = wrt_realloc(NULL, 2 * n * sizeof *s->trail); /* written before they are read */
    s->queue = s->trail + n;
}

static void search_free(search *s) {
    free(s->near);
    free(s->trail);
    free(s->members);
    free(s->frames);
}

/* A stamp older than every mark. After 2^32 closures the marks are wiped. */
static void new_stamp(search *s) {
    if (++s->stamp != 0)
        return;
    size_t n = (size_t)s->moral->n_vertices;
    memset(s->near, 0, n * sizeof *s->near);
    memset(s->seen, 0, n * sizeof *s->seen);
    s->stamp = 1;
}

static void take_side(search *s, int v) {
    s->side[v] = 1;
    s->trail[s->n_trail++] = v;
}

static void undo_to(search *s, size_t n_trail) {
    while (s->n_trail > n_trail)
        s->side[s->trail[--s->n_trail]] = 0;
}

static void push_member(search *s, int v) {
    if (s->n_members == s->members_room) {
        s->members_room = s->members_room == 0 ? 64 : s->members_room * 2;
        s->members = wrt_realloc(s->members, s->members_room * sizeof *s->members);
    }
    s->members[s->n_members++] = v;
}

/* Grows the side from trail[from] on over vertices that may not separate, and marks the border.
 * False when it meets a target. */
static bool grow_fixed(search *s, size_t from) {
    const wrt_moral *moral = s->moral;
    for (size_t at = from; at < s->n_trail; at++) {
        int v = s->trail[at];
        for (int i = moral->offset[v]; i < moral->offset[v + 1]; i++) {
            int w = moral->adjacent[i];
            if (s->side[w] != 0)
                continue;
            if (moral->kind[w] == WRT_VERTEX_TARGET)
                return false;
            if (moral->kind[w] == WRT_VERTEX_FREE)
                s->near[w] = s->stamp;
            else
                take_side(s, w);
        }
    }
    return true;
}

/* Pushes onto members the border vertices that the targets reach: the closest separator. */
static void collect_separator(search *s) {
    const wrt_moral *moral = s->moral;
    size_t head = 0, tail = 0;
    for (int v = 0; v < moral->n_nodes; v++)
        if (moral->kind[v] == WRT_VERTEX_TARGET) {
            s->seen[v] = s->stamp;
            s->queue[tail++] = v;
        }
    while (head < tail) {
        int v = s->queue[head++];
        for (int i = moral->offset[v]; i < moral->offset[v + 1]; i++) {
            int w = moral->adjacent[i];
            if (s->seen[w] == s->stamp || s->side[w] != 0)
                continue;
            s->seen[w] = s->stamp;
            if (s->near[w] == s->stamp)
                push_member(s, w);
            else
                s->queue[tail++] = w;
        }
    }
}

/* Members of the separator before that are not in the new one lie on the source side now. False
 * when one of them is banned. */
static bool take_left_behind(search *s, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        int v = s->members[i];
        if (s->side[v] != 0 || s->seen[v] == s->stamp)
            continue;
        if (s->banned[v] != 0)
            return false;
        take_side(s, v);
    }
    return true;
}

/* Grows the side from trail[from] on up to the separator, whose members are `seen` and `near`. A
 * banned vertex is next to the side since it was banned, hence a member of every separator after,
 * so only take_left_behind can meet it. */
static void grow_to_separator(search *s, size_t from) {
    const wrt_moral *moral = s->moral;
    for (size_t at = from; at < s->n_trail; at++) {
        int v = s->trail[at];
        for (int i = moral->offset[v]; i < moral->offset[v + 1]; i++) {
            int w = moral->adjacent[i];
            if (s->side[w] != 0 || s->seen[w] == s->stamp)
                continue;
            assert(s->banned[w] == 0);
            take_side(s, w);
        }
    }
}

/* Moves banned members of the separator behind the others; returns how many are not banned. */
static size_t order_members(search *s, size_t first) {
    size_t free_end = first;
    for (size_t i = first; i < s->n_members; i++) {
        int v = s->members[i];
        if (s->banned[v] != 0)
            continue;
        s->members[i] = s->members[free_end];
        s->members[free_end++] = v;
    }
    return free_end - first;
}

static void push_frame(search *s, size_t first) {
    if (s->n_frames == s->frames_room) {
        s->frames_room = s->frames_room == 0 ? 64 : s->frames_room * 2;
        s->frames = wrt_realloc(s->frames, s->frames_room * sizeof *s->frames);
    }
    frame *top = &s->frames[s->n_frames++];
    *top = (frame){.trail = s->n_trail, .first = first, .end = s->n_members};
    top->branches = order_members(s, first);
}

/* Closes the side whose new vertices are trail[from ..] and pushes a frame with its separator;
 * when there is none, undoes to trail[from] and returns false. The border of the side before is
 * members[border ..] and already bears the stamp. */
static bool close_side(search *s, size_t from, size_t border, size_t border_end) {
    size_t first = s->n_members;
    if (grow_fixed(s, from)) {
        collect_separator(s);
        if (take_left_behind(s, border, border_end)) {
            grow_to_separator(s, from);
            push_frame(s, first);
            return true;
        }
    }
    s->n_members = first;
    undo_to(s, from);
    return false;
}

static bool start(search *s) {
    new_stamp(s);
    for (int v = 0; v < s->moral->n_nodes; v++)
        if (s->moral->kind[v] == WRT_VERTEX_SOURCE)
            take_side(s, v);
    return close_side(s, 0, 0, 0);
}

/* Tries the next branch of the top frame; true when it has pushed a frame. */
static bool try_branch(search *s, frame *top) {
    int v = s->members[top->first + top->next++];
    new_stamp(s);
    for (size_t i = top->first; i < top->end; i++)
        s->near[s->members[i]] = s->stamp;
    size_t from = s->n_trail;
    take_side(s, v);
    return close_side(s, from, top->first, top->end);
}

static void pop_frame(search *s) {
    const frame *top = &s->frames[--s->n_frames];
    for (size_t i = 0; i < top->branches; i++)
        s->banned[s->members[top->first + i]] = 0;
    s->n_members = top->first;
}

bool wrt_separators_each(const wrt_moral *moral, wrt_separator_visit *visit, void *ctx) {
    search s;
    search_init(&s, moral);
    bool go_on = true, has_new = start(&s);
    while (go_on && s.n_frames > 0) {
        frame *top = &s.frames[s.n_frames - 1];
        if (has_new) {
            go_on = visit(s.members ? s.members + top->first : NULL, top->end - top->first, ctx);
            has_new = false;
            continue;
        }
        undo_to(&s, top->trail);
        if (top->next > 0) /* the branch before is done: from now on its vertex stays outside */
            s.banned[s.members[top->first + top->next - 1]] = 1;
        if (top->next == top->branches)
            pop_frame(&s);
        else
            has_new = try_branch(&s, top);
    }
    search_free(&s);
    return go_on;
}

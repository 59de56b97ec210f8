;;; Chez Scheme's foreign procedures, which it compiles into the call.

(define count 1000)
(define rounds 100)
(define long-enough 2000000)
(define text "the quick brown fox jumps over the lazy dog")

(load-shared-object (cadr (command-line)))

(define-ftype pair (struct [x double] [y double]))
(define-ftype triple (struct [x double] [y double] [z double]))

(define nop (foreign-procedure "nop" () void))
(define add (foreign-procedure "add" (int int) int))
(define mix (foreign-procedure "mix" (int double long float) double))
(define sum8 (foreign-procedure "sum8" (int int int int int int int int) int))
(define turn-pair (foreign-procedure "turn_pair" ((& pair)) (& pair)))
(define turn-triple (foreign-procedure "turn_triple" ((& triple)) (& triple)))
(define iterate (foreign-procedure "iterate" (int uptr) int))
(define sum (foreign-procedure "sum" (u8* int) int))
(define scramble (foreign-procedure "scramble" (u8* int) void))
(define sorted (foreign-procedure "sorted" (u8* int) int))
(define strlen (foreign-procedure "strlen" (string) size_t))
(define qsort (foreign-procedure "qsort" (u8* size_t size_t uptr) void))
;; Each call of Chez's on x86-64 tells the number of its floats, as variadic functions want it.
(define snprintf (foreign-procedure "snprintf" (u8* size_t string int string double) int))

;; Locked, since the collector may run during a callback.
(define numbers (make-bytevector (* 4 count)))
(lock-object numbers)

(define (now)
  (let ([time (current-time 'time-monotonic)])
    (+ (* 1000000000 (time-second time)) (time-nanosecond time))))

(define (timed name turns loop)
  (let* ([start (now)] [computed (loop turns)] [took (- (now) start)])
    (unless (= computed turns) (errorf name "computes something else: ~a for ~a" computed turns))
    took))

(define (best-of rounds name turns loop)
  (let best ([round 1] [took (timed name turns loop)])
    (if (= round rounds) took (best (+ round 1) (min took (timed name turns loop))))))

;; Doubles the turns until they take long enough, then prints the best of the rounds.
(define (measure name per-turn loop)
  (let longer ([turns 2])
    (if (< (best-of 3 name turns loop) long-enough)
        (longer (* turns 2))
        (printf "~a ~,3f\n" name (/ (inexact (best-of rounds name turns loop)) turns per-turn)))))

;; The code of a procedure that C can call, for as long as the body runs.
(define (with-entry code body)
  (lock-object code)
  (let ([result (body (foreign-callable-entry-point code))])
    (unlock-object code)
    result))

(define-syntax summed
  (syntax-rules ()
    [(_ n call) (do ([i 0 (fx+ i 1)] [x 0 (+ x call)]) ((fx= i n) x))]))

(define-syntax folded
  (syntax-rules ()
    [(_ n (x start) call) (do ([i 0 (fx+ i 1)] [x start call]) ((fx= i n) x))]))

(printf "version ~a\n" (scheme-version))

(measure 'nop 1 (lambda (n) (do ([i 0 (fx+ i 1)]) ((fx= i n) n) (nop))))
(measure 'add 1 (lambda (n) (folded n (x 0) (add x 1))))
(measure 'mix 1 (lambda (n) (folded n (x 0.0) (mix 1 x 2 0.5))))
(measure 'sum8 1 (lambda (n) (folded n (x 0) (sum8 x 1 2 3 4 -2 -3 -4))))
(measure 'strlen 1 (lambda (n) (/ (summed n (strlen text)) 43)))

(measure 'pair 1
  (lambda (n)
    (let ([p (make-ftype-pointer pair (foreign-alloc (ftype-sizeof pair)))])
      (ftype-set! pair (x) p 0.0)
      (ftype-set! pair (y) p 0.0)
      (do ([i 0 (fx+ i 1)]) ((fx= i n)) (turn-pair p p))
      (let ([total (+ (ftype-ref pair (x) p) (ftype-ref pair (y) p))])
        (foreign-free (ftype-pointer-address p))
        total))))

(measure 'triple 1
  (lambda (n)
    (let ([p (make-ftype-pointer triple (foreign-alloc (ftype-sizeof triple)))])
      (ftype-set! triple (x) p 0.0)
      (ftype-set! triple (y) p 0.0)
      (ftype-set! triple (z) p 0.0)
      (do ([i 0 (fx+ i 1)]) ((fx= i n)) (turn-triple p p))
      (let ([total (+ (ftype-ref triple (x) p) (ftype-ref triple (y) p) (ftype-ref triple (z) p))])
        (foreign-free (ftype-pointer-address p))
        total))))

(measure 'callback count
  (lambda (n)
    (with-entry (foreign-callable (lambda (x) (+ x 1)) (int) int)
      (lambda (back) (/ (summed n (iterate count back)) count)))))

(measure 'sum 1
  (lambda (n)
    (do ([i 0 (+ i 1)]) ((= i count)) (bytevector-s32-native-set! numbers (* 4 i) i))
    (/ (summed n (sum numbers count)) 499500)))

(measure 'qsort 1
  (lambda (n)
    (with-entry (foreign-callable (lambda (a b) (- (foreign-ref 'int a 0) (foreign-ref 'int b 0))) (uptr uptr) int)
      (lambda (ascending)
        (do ([i 0 (fx+ i 1)]) ((fx= i n) (* n (sorted numbers count)))
          (scramble numbers count)
          (qsort numbers count 4 ascending))))))

(measure 'snprintf 1
  (lambda (n)
    (let ([buffer (make-bytevector 64)])
      (/ (summed n (snprintf buffer 64 "%d %s %.2f" 42 "apples" 1.5)) 14))))

;;; compile.el --- drives Compilation mode for the tests  -*- lexical-binding: t -*-

;; Runs sekisho by M-x compile, goes from error to error and writes to OUT where that leads.

(require 'compile)
(require 'json)

(setq compilation-skip-threshold 0
      compilation-error-screen-columns nil)

(defvar test-finished nil)
(add-hook 'compilation-finish-functions (lambda (&rest _) (setq test-finished t)))

(let ((buffer (compile "sekisho --format concise")) places)
  (while (not test-finished)
    (accept-process-output nil 0.05))
  (condition-case nil
      (while t
        (next-error)
        (let ((type (with-current-buffer buffer
                      (compilation--message->type (get-text-property (point) 'compilation-message)))))
          (with-current-buffer (window-buffer (selected-window))
            (push `((path . ,(buffer-file-name))
                    (line . ,(line-number-at-pos))
                    (column . ,(1+ (- (point) (line-beginning-position))))
                    (type . ,type))
                  places))))
    (user-error nil))
  (with-temp-file (getenv "OUT")
    (insert (json-encode (vconcat (nreverse places))))))

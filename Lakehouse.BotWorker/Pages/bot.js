// Fills [data-lakehouse-fragment] from the worker's API, keeps it fresh, and posts its buttons.
(function () {
  'use strict';

  // Beside what is refreshed, so that a screen reader hears it once and a refresh does not take it away.
  function status(element) {
    if (!element.lakehouseStatus) {
      var box = document.createElement('div');
      box.className = 'lh-status';
      box.setAttribute('role', 'status');
      box.setAttribute('aria-live', 'polite');
      element.parentNode.insertBefore(box, element);
      element.lakehouseStatus = box;
    }
    return element.lakehouseStatus;
  }

  function say(element, kind, text, link) {
    var message = document.createElement('div');
    message.className = 'alert alert-' + kind;
    message.textContent = text;
    if (link) {
      var anchor = document.createElement('a');
      anchor.href = link.href;
      anchor.textContent = link.text;
      message.append(' ', anchor);
    }
    status(element).replaceChildren(message);
  }

  // A problem of the refresh itself; gone as soon as one succeeds.
  function trouble(element, text) {
    if (text) {
      element.lakehouseTrouble = true;
      say(element, 'danger', text);
    } else if (element.lakehouseTrouble) {
      element.lakehouseTrouble = false;
      status(element).replaceChildren();
    }
  }

  function same(element, of) {
    return Array.from(of.querySelectorAll('a, [data-key]')).find(function (other) {
      return element.hasAttribute('data-key') ? other.getAttribute('data-key') === element.getAttribute('data-key') : element.href && other.href === element.href;
    });
  }

  // Replaces a part, and puts the open menus and the focus back to where they were: the same button or link, else the part's heading.
  function replace(old, fresh) {
    var active = old.contains(document.activeElement) ? document.activeElement : null;
    var open = Array.from(old.querySelectorAll('details[open][data-key]'), function (menu) { return menu.getAttribute('data-key'); });
    old.replaceWith(fresh);
    open.forEach(function (name) {
      var menu = fresh.querySelector('details[data-key="' + CSS.escape(name) + '"]');
      if (menu) {
        menu.open = true;
      }
    });
    var again = active && (same(active, fresh) || fresh.querySelector('h3'));
    if (again) {
      again.focus({ preventScroll: true });
    }
  }

  // Only the parts that changed, so that a selection or a half-read table stays as it is.
  function update(element, html) {
    var template = document.createElement('template');
    template.innerHTML = html;
    var fresh = template.content.firstElementChild;
    var root = element.firstElementChild;
    var names = function (of) { return Array.from(of.querySelectorAll('[data-part]'), function (part) { return part.getAttribute('data-part'); }).join(); };
    // what the server said, before a menu is opened in it
    fresh.querySelectorAll('[data-part]').forEach(function (part) { part.lakehouseHtml = part.outerHTML; });
    if (!root.hasAttribute('data-refresh') || !names(fresh) || names(root) !== names(fresh)) {
      replace(root, fresh);
      return;
    }
    var old = root.querySelectorAll('[data-part]');
    fresh.querySelectorAll('[data-part]').forEach(function (part, index) {
      if (part.lakehouseHtml !== old[index].lakehouseHtml) {
        replace(old[index], part);
      }
    });
    root.setAttribute('data-refresh', fresh.getAttribute('data-refresh'));
  }

  async function refresh(element) {
    clearTimeout(element.lakehouseTimer);
    var wait = 2000;
    try {
      var response = await fetch(element.getAttribute('data-lakehouse-fragment'), { cache: 'no-store' });
      var html = await response.text();
      if (response.ok) {
        update(element, html);
        trouble(element, null);
        wait = Number(element.querySelector('[data-refresh]').getAttribute('data-refresh'));
      } else if (response.status === 404) {
        // what is not there does not come by waiting: the problem's own words say which
        trouble(element, JSON.parse(html).detail);
        element.replaceChildren();
        wait = 0;
      } else {
        trouble(element, 'The worker answered ' + response.status + '; it is asked again. Its log and /health say more.');
      }
    } catch (failure) {
      trouble(element, 'The worker does not answer; it is asked again.');
    }
    if (wait > 0) {
      clearTimeout(element.lakehouseTimer);
      element.lakehouseTimer = setTimeout(refresh, wait, element);
    }
  }

  function report(element, button, answer) {
    if (answer.job_id) {
      say(element, 'success', (button.getAttribute('data-done') || 'Done:'), { href: '/hangfire/bot/cycles/' + encodeURIComponent(answer.cycle_id), text: 'cycle ' + answer.cycle_id });
    } else {
      say(element, 'success', answer.message || button.getAttribute('data-done') || 'Done.');
    }
  }

  // aria-disabled and not disabled: a disabled button loses the focus
  async function post(button) {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    var element = button.closest('[data-lakehouse-fragment]');
    button.setAttribute('aria-disabled', 'true');
    element.lakehouseTrouble = false;
    try {
      var response = await fetch(button.getAttribute('data-post'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: button.getAttribute('data-body') || '{}'
      });
      var answer = await response.json();
      if (response.ok) {
        close(button.closest('details[data-key]'), true);
        report(element, button, answer);
      } else {
        say(element, 'danger', (answer.errors ? Object.values(answer.errors).flat().join(' ') : answer.detail) || answer.title);
      }
    } catch (failure) {
      say(element, 'danger', 'The worker does not answer; nothing was done.');
    }
    button.removeAttribute('aria-disabled');
    await refresh(element);
  }

  function close(menu, focus) {
    if (menu && menu.open) {
      menu.open = false;
      if (focus) {
        menu.querySelector('summary').focus({ preventScroll: true });
      }
    }
  }

  document.addEventListener('click', function (event) {
    document.querySelectorAll('[data-lakehouse-fragment] details[open][data-key]').forEach(function (menu) {
      if (!menu.contains(event.target)) {
        close(menu, false);
      }
    });
    var button = event.target.closest('[data-post]');
    if (button) {
      event.preventDefault();
      post(button);
    }
  });
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') {
      close(event.target.closest('[data-lakehouse-fragment] details[open][data-key]'), true);
    }
  });
  // Hangfire takes the language from the process, which may have none
  if (document.documentElement.lang === 'iv') {
    document.documentElement.lang = 'en';
  }
  // Hangfire's button for its menu in a narrow window has only a picture
  document.querySelectorAll('.navbar-toggle:not([aria-label])').forEach(function (toggle) {
    toggle.setAttribute('aria-label', 'Menu');
  });
  document.querySelectorAll('[data-lakehouse-fragment]').forEach(function (element) {
    status(element);
    refresh(element);
  });
})();
